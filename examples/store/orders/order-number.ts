import { randomInt } from 'node:crypto'

// Without those that are taken for another: I and 1, O and 0.
const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/**
 * Makes a number that people can read over the phone: `HH-7K3M-9Q2P`.
 *
 * It is by chance, one of 10^12, so that nobody learns from two of them how much the shop sells.
 */
export function newOrderNumber(): string {
  return `HH-${fourLetters()}-${fourLetters()}`
}

function fourLetters(): string {
  return Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
}
