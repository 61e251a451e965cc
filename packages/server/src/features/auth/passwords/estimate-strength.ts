import type { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { readCommonPasswords } from './common-passwords.ts'

/** 0: fewer than 10^3 guesses, 1: 10^6, 2: 10^8, 3: 10^10, 4: more. */
export type Strength = 0 | 1 | 2 | 3 | 4

/**
 * How many characters are looked at. Whoever guesses a password guesses its beginning too, so that a part never counts for
 * more than the whole; and the time grows with the square of it.
 */
const longestLookedAt = 32

let loading: Promise<ZxcvbnFactory> | undefined

/** Estimates how many guesses a password takes. @param words  that are easy to guess for this person. */
export async function estimateStrength(password: string, words: readonly string[] = []): Promise<Strength> {
  loading ??= loadEstimator()
  const estimator = await loading
  return estimator.check(password.slice(0, longestLookedAt), words.slice(0, mostWords)).score
}

const mostWords = 50

async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, common] = await Promise.all([import('@zxcvbn-ts/core'), readCommonPasswords()])
  return new ZxcvbnFactory({ dictionary: { passwords: [...common] }, maxLength: longestLookedAt })
}
