import { leastAdditions, lettersFor, plainLetters, reversed } from './spellings.ts'

/** What anybody may know of whoever chooses a password. */
export interface PersonalData {
  readonly emails?: readonly string[]
  /** Of the person, of a company, of the account. */
  readonly names?: readonly string[]
}

/** The words that a password must not be made of, the longest first: the parts of names and of addresses, from three letters on. */
export function ownWords({ emails = [], names = [] }: PersonalData): readonly string[] {
  const texts = [...names, ...emails.flatMap(partsOfEmail)]
    .slice(0, mostTexts)
    .map((text) => text.slice(0, longestText))
  const words = texts.flatMap((text) => wordsIn(plainLetters(text)))
  return [...new Set(words)].filter((word) => word.length >= 3).sort((one, other) => other.length - one.length)
}

const mostTexts = 20
const longestText = 320

/** The last label is `com` or `org`: it is nobody's own. */
function partsOfEmail(email: string): readonly string[] {
  const [local = '', domain = ''] = email.split('@')
  return [local, domain.split('.').slice(0, -1).join('.')]
}

/** `anna.maria` gives itself without the point, and its parts. */
function wordsIn(text: string): readonly string[] {
  const parts = text.split(/[^\p{L}\p{N}]+/u)
  return [parts.join(''), ...parts]
}

/** Tells whether less than eight characters of a password are left without those words, forwards, backwards and with look-alikes. */
export function isMadeOf(words: readonly string[], password: string): boolean {
  const plain = plainLetters(password)
  return [plain, ...lettersFor(plain)].some((text) => {
    const rest = words.reduce(without, text)
    return rest !== text && rest.replace(/[\s\p{P}]/gu, '').length < leastAdditions
  })
}

/** A space stays in place of a word, so that no new one comes to be around it. */
function without(text: string, word: string): string {
  return text.replaceAll(word, ' ').replaceAll(reversed(word), ' ')
}
