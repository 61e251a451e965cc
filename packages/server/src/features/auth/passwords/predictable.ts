import { repeatedUnit } from './spellings.ts'

const rows = ['1234567890', 'qwertyuiop[]', "asdfghjkl;'", 'zxcvbnm,./', 'azertyuiop', 'qsdfghjklm', 'wxcvbn']
const fewestSurprises = 6

/** Tells whether a password is little more than one character repeated, a few in turn, or a row of the alphabet or the keyboard. */
export function isPredictable(password: string): boolean {
  return surprisesIn([...repeatedUnit(password.toLowerCase())]) < fewestSurprises
}

/** How many characters neither repeat the one before nor go on in the direction of the two before. */
function surprisesIn(characters: readonly string[]): number {
  const changing = characters.filter((character, position) => character !== characters[position - 1])
  return changing.filter((_, position) => !goesOn(changing, position)).length
}

function goesOn(characters: readonly string[], position: number): boolean {
  const [first, second, third] = [characters[position - 2], characters[position - 1], characters[position]!]
  if (first === undefined || second === undefined) return false
  return stepsBetween(first, second).some((step, row) => step !== 0 && step === stepsBetween(second, third)[row])
}

/** 1 or -1 for neighbours, in Unicode and in each row of keys; 0 for others. */
function stepsBetween(one: string, other: string): readonly number[] {
  const distances = [other.codePointAt(0)! - one.codePointAt(0)!, ...rows.map((row) => distanceIn(row, one, other))]
  return distances.map((distance) => (Math.abs(distance) === 1 ? distance : 0))
}

/** After the last key of a row comes its first. */
function distanceIn(row: string, one: string, other: string): number {
  const [from, to] = [row.indexOf(one), row.indexOf(other)]
  if (from < 0 || to < 0) return 0
  if (from - to === row.length - 1) return 1
  return to - from === row.length - 1 ? -1 : to - from
}
