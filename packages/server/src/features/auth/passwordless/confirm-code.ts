import { clientKey, type FeatureRoute, type RouteRequest, route, text } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { isSameText } from '../codes/keyed-hash.ts'
import { countAttempt } from '../defence/attempts.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import { consumeTried, takeTry } from '../secrets/secrets.ts'
import { askingBrowserOf, handleInput } from '../sessions/asking-browser.ts'
import { refuseOtherSites } from '../sessions/same-origin.ts'
import { visitorOf } from '../sessions/visitor.ts'
import { signInOutput, transportInput } from '../sign-in/sign-in-answer.ts'
import type { AuthDb, AuthSecret } from '../tables.ts'
import { codeHash } from './code-hash.ts'
import { signInAsked } from './sign-in-asked.ts'
import type { AskedData } from './way.ts'

export function confirmCodeRoute(kit: AuthKit): FeatureRoute {
  const input = { code: text({ max: 20, private: true }), ...handleInput, ...transportInput }
  return route<typeof input, AuthDb>('POST', '/api/auth/one-time-code/confirm', {
    summary: 'Sign in by the code of a mail',
    description: 'Good in the browser or app that asked for it only, and for five tries.',
    input,
    output: signInOutput,
    hasSecret: true,
    async run(request) {
      if (request.input.transport === 'cookie') refuseOtherSites(request.headers, kit.context.surroundings)
      const secret = await rightCode(request, kit)
      return request.once(async (effects) => {
        const used = await consumeTried(effects.db, secret, effects.now)
        return signInAsked('one-time-code', used, request, effects, kit)
      })
    },
  })
}

type CodeRequest = RouteRequest<{ readonly code: string; readonly handle: string | null }, AuthDb>

/** @throws auth_secret_invalid  whatever is wrong: the code, the browser, or that all tries are used. */
async function rightCode(request: CodeRequest, kit: AuthKit): Promise<AuthSecret> {
  await countAttempt({ of: `one-time-code:${clientKey(request.clientAddress)}`, max: 100, windowMs: 15 * 60_000 }, kit)
  const browser = askingBrowserOf('one-time-code', request, kit)
  const typed = await codeHash(request.input.code, browser, kit)
  // Counted before the code is looked at.
  const secret = await takeTry(kit.db, browser, 'one-time-code', request.now)
  const { code } = (secret?.data ?? {}) as Partial<AskedData>
  if (secret !== undefined && code !== undefined && typed !== undefined && isSameText(code, typed)) return secret
  const visitor = visitorOf(request, kit)
  await writeAudit(kit.db, {
    event: 'one-time-code',
    account: secret?.account ?? null,
    isSuccess: false,
    visitor,
  })
  throw authErrors.secret_invalid()
}
