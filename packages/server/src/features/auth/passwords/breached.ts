import { hash } from 'node:crypto'
import type { Log } from '../../../plugin.ts'
import { passwordErrors } from './errors.ts'
import { normalizePassword } from './normalize-password.ts'

/** As much of `fetch` as is used: an answer with a status and a text. */
export type RequestText = (
  url: string,
  options: {
    readonly headers: Readonly<Record<string, string>>
    readonly signal: AbortSignal
    readonly redirect: 'error'
  },
) => Promise<{ readonly status: number; text(): Promise<string> }>

export interface BreachedPasswordsOptions {
  /** Where ranges are asked for: five digits are put behind it. `https://api.pwnedpasswords.com/range/`, or a copy of your own. */
  readonly address: string
  readonly request: RequestText
  readonly log: Log
  /** Default 1 000. */
  readonly timeoutMs?: number
}

/** Tells whether a password is known from a breach. False when nobody can be asked: who registers does not depend on others. */
export type IsBreached = (password: string) => Promise<boolean>

/**
 * Asks a service in the manner of Have I Been Pwned: it learns the first 20 of 160 bits of the SHA-1, and sees from
 * the length of its answer (`Add-Padding`) no more.
 * @throws password_setting  when the address is none
 */
export function createBreachedPasswords(options: BreachedPasswordsOptions): IsBreached {
  const { address, log } = options
  if (!/^https?:\/\/[^?#]+\/$/.test(address) || !URL.canParse(address)) throw badAddress(address)
  return async (password) => {
    const normalized = normalizePassword(password)
    if (normalized === undefined) return false
    const digest = hash('sha1', normalized, 'hex').toUpperCase()
    try {
      return hasSuffix(await rangeOf(digest.slice(0, 5), options), digest.slice(5))
    } catch (error) {
      log.warn(
        { address, error: String(error) },
        'Breached passwords could not be asked for; the password was let through',
      )
      return false
    }
  }
}

function badAddress(value: string): Error {
  const expected = 'an address that begins with https:// and ends with a slash'
  return passwordErrors.setting({ details: { name: 'breached', value, expected } })
}

async function rangeOf(
  prefix: string,
  { address, request, timeoutMs = 1000 }: BreachedPasswordsOptions,
): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs)
  const answer = await request(address + prefix, { headers: { 'Add-Padding': 'true' }, signal, redirect: 'error' })
  if (answer.status !== 200) throw new Error(`status ${answer.status}`)
  return answer.text()
}

/** Lines of 35 digits, a colon and a count. Those with the count 0 are padding. */
function hasSuffix(range: string, suffix: string): boolean {
  const position = range.toUpperCase().indexOf(`${suffix}:`)
  return position >= 0 && Number.parseInt(range.slice(position + suffix.length + 1), 10) > 0
}
