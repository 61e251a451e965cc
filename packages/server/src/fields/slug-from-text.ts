/** Makes the words of a text a slug: `Straße & Öl` becomes `strasse-and-ol`. Empty when it has no letter or digit it knows. */
export function slugFromText(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}'’]/gu, '')
    .replace(/[^\0-\x7f]|&/gu, (character) => spelled[character] ?? ' ')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

/** Lower-case letters that do not come apart into a letter and an accent. */
const spelled: Readonly<Record<string, string>> = Object.freeze({
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ŋ: 'ng',
  ŧ: 't',
  ĸ: 'k',
  ə: 'e',
  '&': ' and ',
  '€': ' euro ',
  '£': ' pound ',
})
