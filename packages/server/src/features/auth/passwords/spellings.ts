/** Below this many characters, what somebody added to a known word is no password of its own. */
export const leastAdditions = 8

const lookAlikes: Readonly<Record<string, string>> = {
  '0': 'o',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '+': 't',
}

/** Writes letters for the digits and signs that stand for them: `p4$$w0rd` gives `password`, `1` is read as i and as l. */
export function lettersFor(text: string): readonly string[] {
  const letters = [...text].map((character) => lookAlikes[character] ?? character).join('')
  return [...new Set(['i', 'l'].map((letter) => letters.replace(/[1!|]/g, letter)))]
}

export function reversed(text: string): string {
  return [...text].reverse().join('')
}

/** Lower case, without accents. */
export function plainLetters(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** The shortest text that gives this one when it is repeated: `abab` and `ab` give `ab`. */
export function repeatedUnit(text: string): string {
  const length = (text + text).indexOf(text, 1)
  return text.slice(0, length)
}
