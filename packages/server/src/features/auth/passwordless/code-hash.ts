import { hashOneTimeCode } from '../codes/one-time-code.ts'
import type { AuthKit } from '../kit.ts'

/** What is stored of a code for one asking; the asking is of one account. Undefined: that is no code. */
export async function codeHash(code: string, browser: string, { context }: AuthKit): Promise<string | undefined> {
  const key = await context.secret('auth.one-time-code')
  return hashOneTimeCode(code, { purpose: 'sign-in', accountId: browser }, key)
}
