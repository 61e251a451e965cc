import { type FeatureRoute, route, text } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { deviceCookie, deviceLifetimeMs, noteDevice } from '../devices/devices.ts'
import type { AuthKit, AuthPart } from '../kit.ts'
import { consumeSecret } from '../secrets/secrets.ts'
import { visitorOf } from '../sessions/visitor.ts'
import type { AuthDb } from '../tables.ts'
import { authAttempts, forgetAttempts, forgetOldAttempts } from './attempts.ts'

/** Opening an account that too many wrong guesses have locked for devices it does not know. */
export const unlocking: AuthPart = {
  collections: [authAttempts],
  routes: (kit) => [unlockRoute(kit)],
  tidy: forgetOldAttempts,
}

function unlockRoute(kit: AuthKit): FeatureRoute {
  const input = { token: text({ max: 100, private: true }) }
  return route<typeof input, AuthDb>('POST', '/api/auth/unlock', {
    summary: 'Open a locked account by the token of a mail',
    description:
      'The browser counts as a device that the account knows from then on: more wrong guesses elsewhere do not lock it out.',
    input,
    async run(request) {
      let of = ''
      const answer = await request.once(async ({ db, now }) => {
        const { account, data } = await consumeSecret(db, request.input.token, 'unlock', now)
        of = (data as { of: string }).of
        const visitor = visitorOf(request, kit)
        await writeAudit(db, { event: 'unlocked', account, visitor })
        const { token } = await noteDevice(undefined, undefined, account!, visitor, now, db)
        return { cookies: [kit.cookies.write(deviceCookie(account!, kit.cookies), token, deviceLifetimeMs)] }
      })
      if (of !== '') await forgetAttempts([of], kit)
      return answer
    },
  })
}
