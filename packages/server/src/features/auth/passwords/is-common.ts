import type { CommonPasswords } from './common-passwords.ts'
import { leastAdditions, lettersFor, plainLetters, repeatedUnit, reversed } from './spellings.ts'

/**
 * Tells whether a password is a common one: as it is, repeated, backwards, with look-alikes, or with less than eight digits and
 * signs (or any number of common ones) before and behind it.
 *
 * Always the entire password: a phrase may have common words in it (NIST SP 800-63B, on blocklists).
 */
export function isCommonPassword(password: string, common: CommonPasswords): boolean {
  const text = plainLetters(password)
  return [text, repeatedUnit(text)].some(
    (form) => isKnown(form, common) || coresOf(form, common).some((core) => isKnown(core, common)),
  )
}

function isKnown(text: string, common: CommonPasswords): boolean {
  const spellings = [text, ...lettersFor(text)].flatMap((spelling) => [spelling, repeatedUnit(spelling)])
  return spellings.some((spelling) => common.has(spelling) || common.has(reversed(spelling)))
}

const fewestCoreCharacters = 3
const mostAdditions = 20 // no common password of digits and signs is longer

/** The text without some, or all, of the digits and signs at its ends. */
function coresOf(text: string, common: CommonPasswords): readonly string[] {
  const before = /^[^\p{L}]*/u.exec(text)![0].length
  const behind = before === text.length ? 0 : /[^\p{L}]*$/u.exec(text)![0].length
  const cores: string[] = []
  for (let first = 0; first <= Math.min(before, mostAdditions); first++)
    for (let last = 0; last <= Math.min(behind, mostAdditions); last++)
      if (areAdditions(text.slice(0, first), text.slice(text.length - last), common))
        cores.push(text.slice(first, text.length - last))
  return cores.filter((core) => core.length >= fewestCoreCharacters)
}

function areAdditions(before: string, behind: string, common: CommonPasswords): boolean {
  return (
    before.length + behind.length < leastAdditions || [before, behind].every((part) => part === '' || common.has(part))
  )
}
