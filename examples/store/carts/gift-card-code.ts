import { createHash, randomInt } from 'node:crypto'

// Without 0, 1, I and O, which people take for each other.
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const length = 28

/** Makes the code of a gift card: 140 random bits, in groups of four: `7KQ2-…`. */
export function newGiftCardCode(): string {
  const letters = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]!).join('')
  return letters.replace(/.{4}(?=.)/g, '$&-')
}

/** What is stored of a code. It needs no salt and no slow hash: there are 2^140 to try. Case and dashes make no difference. */
export function hashGiftCardCode(code: string): string {
  return createHash('sha256').update(lettersOf(code)).digest('hex')
}

/** The end of a code, which is enough to tell cards apart and not to use one: `…7QK2`. */
export function hintOfGiftCard(code: string): string {
  return `…${lettersOf(code).slice(-4)}`
}

function lettersOf(code: string): string {
  return code.toUpperCase().replace(/[^0-9A-Z]/g, '')
}
