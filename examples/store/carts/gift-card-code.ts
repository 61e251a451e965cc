import { hashOfSecret, randomLetters } from '../secrets.ts'

/** Makes the code of a gift card: 140 random bits, in groups of four: `7KQ2-…`. */
export function newGiftCardCode(): string {
  return randomLetters(28).replace(/.{4}(?=.)/g, '$&-')
}

/** What is stored of a code. Case and dashes make no difference. */
export function hashGiftCardCode(code: string): string {
  return hashOfSecret(lettersOf(code))
}

/** The end of a code, which is enough to tell cards apart and not to use one: `…7QK2`. */
export function hintOfGiftCard(code: string): string {
  return `…${lettersOf(code).slice(-4)}`
}

function lettersOf(code: string): string {
  return code.toUpperCase().replace(/[^0-9A-Z]/g, '')
}
