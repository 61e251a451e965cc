import { type FeatureRoute, list, type RouteRequest, route, text } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { attemptOf, countGuess, forgetGuesses } from '../defence/limits.ts'
import type { AuthKit, AuthPart } from '../kit.ts'
import { requireSession } from '../sessions/require-session.ts'
import { visitorOf } from '../sessions/visitor.ts'
import { requireRecent } from '../sign-in/recent.ts'
import { signInOutput } from '../sign-in/sign-in-answer.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { factorErrors } from './errors.ts'
import { addFactor, removeFactor, requireRecentFactor } from './factors.ts'
import { factorMails } from './mails.ts'
import { type FactorInput, factorInput, withFactor } from './prove-factor.ts'
import { recoveryKey } from './recovery.ts'
import { beginTotp, confirmTotp, loadTotp, totpSealer } from './totp-codes.ts'
import { authTotp, findTotp, totpOf } from './totp-table.ts'

/** Codes of an authenticator app as second factor. */
export const totp: AuthPart = {
  collections: [authTotp],
  mails: Object.values(factorMails),
  routes: (kit) => [beginRoute(kit), confirmRoute(kit), removeRoute(kit)],
}

/** What an answer has when a first factor was set up. */
export const recoveryCodesOutput = list(text(), {
  optional: true,
  description: 'Ten codes that are good once each, for when the factor is lost. They are shown now and never again.',
})

function beginRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('POST', '/api/auth/totp', {
    summary: 'Begin to set up an authenticator app',
    description:
      'Needs a sign-in of the last ten minutes, with a second factor where there is one. Nothing changes before the first code is confirmed; an authenticator that is in use is replaced then.',
    output: {
      secret: text({ description: 'To be typed where the code cannot be scanned.' }),
      uri: text({ description: 'What the QR code says: `otpauth://totp/…`.' }),
      qr: text({ description: 'An SVG.' }),
    },
    hasSecret: true,
    async run(request) {
      const { session, account } = await requireSession(request, kit, 'enrol')
      requireRecentFactor(session, account, request.now)
      const sealer = await totpSealer(kit)
      return request.once(async ({ db }) => {
        const secret = await beginTotp(account.id, sealer, db)
        const { qrSvg, totpUri } = await loadTotp()
        const uri = totpUri(secret, { issuer: kit.context.model.name, account: account.email })
        return { body: { secret, uri, qr: qrSvg(uri) } }
      })
    },
  })
}

function confirmRoute(kit: AuthKit): FeatureRoute {
  const { code: _optional, ...others } = { code: factorInput.code, device: factorInput.device }
  const input = { code: text({ max: 64, private: true, description: 'What the authenticator shows.' }), ...others }
  return route<typeof input, AuthDb>('POST', '/api/auth/totp/confirm', {
    summary: 'Turn on the authenticator app, by the first code it shows',
    description: 'The session goes on under a new token. The first factor of an account brings ten recovery codes.',
    input,
    output: { ...signInOutput, recoveryCodes: recoveryCodesOutput },
    hasSecret: true,
    async run(request) {
      const { session, account } = await requireSession(request, kit, 'enrol')
      requireRecentFactor(session, account, request.now)
      const attempt = await attemptOf('second-factor', account.id, account.id, request, kit)
      await countGuess(attempt, kit)
      const keys = { sealer: await totpSealer(kit), recoveryKey: await recoveryKey(kit) }
      const answer = await request.once(async (effects) => {
        await confirmTotp(account.id, request.input.code, keys.sealer, effects)
        return addFactor({ factor: 'totp', session, account, request, recoveryKey: keys.recoveryKey }, effects, kit)
      })
      await forgetGuesses(attempt, kit)
      return answer
    },
  })
}

function removeRoute(kit: AuthKit): FeatureRoute {
  return route<typeof factorInput, AuthDb>('DELETE', '/api/auth/totp', {
    summary: 'Remove the authenticator app',
    description: 'Needs a sign-in of the last ten minutes, and a second factor in the input.',
    input: factorInput,
    async run(request) {
      const { session, account } = await requireSession(request, kit)
      requireRecent(session, request.now)
      await requireAuthenticator(account, kit)
      return withFactor(
        { request: request as RemoveRequest, account, boundTo: session.id },
        kit,
        async (_, effects) => {
          const { db } = effects
          const found = await findTotp(account.id, db)
          if (found === undefined) throw factorErrors.no_authenticator()
          await totpOf(db).delete(found.id)
          await removeFactor(account.id, 'totp', effects, kit)
          const visitor = visitorOf(request, kit)
          await writeAudit(db, { event: 'factor-removed', account: account.id, visitor, details: { factor: 'totp' } })
          return {}
        },
      )
    },
  })
}

type RemoveRequest = RouteRequest<FactorInput, AuthDb>

async function requireAuthenticator({ id }: AuthAccount, { db }: AuthKit): Promise<void> {
  const found = await findTotp(id, db)
  if (found === undefined || found.secret === null) throw factorErrors.no_authenticator()
}
