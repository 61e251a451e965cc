import { randomLetters } from '../secrets.ts'

/**
 * Makes a number that people can read over the phone: `HH-7K3M-9Q2P`.
 *
 * It is by chance, one of 10^12, so that nobody learns from two of them how much the shop sells.
 */
export function newOrderNumber(): string {
  return `HH-${randomLetters(4)}-${randomLetters(4)}`
}
