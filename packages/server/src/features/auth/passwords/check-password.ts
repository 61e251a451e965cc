import type { Issue } from '../../../plugin.ts'
import type { IsBreached } from './breached.ts'
import { loadCommonPasswords } from './common-passwords.ts'
import { passwordErrors } from './errors.ts'
import { estimateStrength, type Strength } from './estimate-strength.ts'
import { isCommonPassword } from './is-common.ts'
import { normalizePassword } from './normalize-password.ts'
import { isMadeOf, ownWords, type PersonalData } from './own-words.ts'
import { isPredictable } from './predictable.ts'

export interface PasswordPolicyOptions {
  /** In characters (code points of the normalized password), 8 to 64. Default 12. NIST asks for 15 where a password is the only factor. */
  readonly minLength?: number
  /** 64 to 128. Default 128. */
  readonly maxLength?: number
  /** 0 to 4, see `Strength`; 0 estimates nothing. Default 2: a password that 10^6 guesses find is refused. */
  readonly minStrength?: Strength
  /** Nobody's password is made of it. */
  readonly applicationName?: string
  /** Default: nobody is asked. */
  readonly isBreached?: IsBreached | undefined
}

export interface PasswordPolicy {
  readonly minLength: number
  readonly maxLength: number
  /**
   * Gives all that speaks against a new password; empty: it is good.
   * @param pointer  where it stands in the input. Default `/password`.
   */
  check(password: string, about: PersonalData, pointer?: string): Promise<readonly Issue[]>
}

type Problem = Omit<Issue, 'pointer'>

/** The rules of NIST SP 800-63B-4 for new passwords: length, and none that are easily guessed. No rule about kinds of characters. */
export function createPasswordPolicy(options: PasswordPolicyOptions = {}): PasswordPolicy {
  const { minLength = 12, maxLength = 128, minStrength = 2 } = options
  within('minLength', minLength, 8, 64)
  within('maxLength', maxLength, 64, 128)
  within('minStrength', minStrength, 0, 4)
  const check = async (password: string, about: PersonalData) => {
    const normalized = normalizePassword(password)
    if (normalized === undefined) return [unusable(password, maxLength)]
    const words = ownWords({ ...about, names: [...(about.names ?? []), options.applicationName ?? ''] })
    if ([...normalized].length > maxLength) return [tooLong(maxLength)]
    const problems = [...tooFew(normalized, minLength), ...(await guessableProblems(normalized, words))]
    if (problems.length > 0) return problems
    if (minStrength > 0 && (await estimateStrength(normalized, words)) < minStrength) return [tooWeak]
    return (await options.isBreached?.(normalized)) ? [breached] : []
  }
  return Object.freeze({
    minLength,
    maxLength,
    check: async (password: string, about: PersonalData, pointer = '/password') =>
      (await check(password, about)).map((problem) => ({ pointer, ...problem })),
  })
}

function within(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw passwordErrors.setting({ details: { name, value, expected: `an integer from ${least} to ${most}` } })
}

function unusable(password: string, max: number): Problem {
  return password.length > max ? tooLong(max) : notText
}

function tooFew(password: string, min: number): readonly Problem[] {
  return [...password].length < min ? [tooShort(min)] : []
}

async function guessableProblems(password: string, words: readonly string[]): Promise<readonly Problem[]> {
  if (password === '') return []
  const common = await loadCommonPasswords()
  return [
    ...(isCommonPassword(password, common) ? [tooCommon] : []),
    ...(isMadeOf(words, password) ? [ownData] : []),
    ...(isPredictable(password) ? [tooPredictable] : []),
  ]
}

const tooShort = (min: number): Problem => ({
  code: 'too_short',
  message: `Use at least ${min} characters. A few words in a row are easy to remember.`,
  params: { min },
})
const tooLong = (max: number): Problem => ({
  code: 'too_long',
  message: `Use at most ${max} characters.`,
  params: { max },
})
const notText: Problem = {
  code: 'characters',
  message: 'Leave out characters that cannot be seen, such as tabs and line ends.',
}
const tooCommon: Problem = {
  code: 'too_common',
  message: 'Choose a password that is not among the most common ones, nor a variation of one.',
}
const ownData: Problem = {
  code: 'own_data',
  message: 'Choose a password that is not made of your name, your e-mail address or the name of this service.',
}
const tooPredictable: Problem = {
  code: 'too_predictable',
  message: 'Choose a password with fewer repetitions and rows such as 1234 or abcd.',
}
const tooWeak: Problem = {
  code: 'too_weak',
  message: 'Make the password longer: add a word or two that have nothing to do with the rest.',
}
const breached: Problem = {
  code: 'breached',
  message: 'Choose another password: this one was stolen somewhere and is known to those who try passwords.',
}
