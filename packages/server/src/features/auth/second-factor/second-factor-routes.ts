import {
  boolean,
  type FeatureRoute,
  integer,
  list,
  route,
  type SystemEffects,
  sendMail,
  text,
} from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit, AuthPart } from '../kit.ts'
import { consumeSecret, takeTry } from '../secrets/secrets.ts'
import { requireSession } from '../sessions/require-session.ts'
import { refuseOtherSites } from '../sessions/same-origin.ts'
import { visitorOf } from '../sessions/visitor.ts'
import { completeSignIn } from '../sign-in/complete-sign-in.ts'
import { needsSecondFactor } from '../sign-in/second-factor-rule.ts'
import { signInOutput } from '../sign-in/sign-in-answer.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { boundToSignIn, requireBegun } from './begun-sign-in.ts'
import { factorErrors } from './errors.ts'
import { requireRecentFactor } from './factors.ts'
import { factorMails } from './mails.ts'
import { factorInput, withFactor } from './prove-factor.ts'
import { giveRecoveryCodes, recoveryCodesLeft, recoveryKey } from './recovery.ts'

/** The second half of signing in, and the codes for when the second factor is lost. */
export const secondFactor: AuthPart = {
  routes: (kit) => [finishRoute(kit), stateRoute(kit), recoveryCodesRoute(kit)],
}

function finishRoute(kit: AuthKit): FeatureRoute {
  const input = {
    challenge: text({ max: 100, private: true, description: 'Of the answer to the first half.' }),
    ...factorInput,
    rememberDevice: boolean({ default: false, description: 'Asks for no second factor on this device for a while.' }),
  }
  return route<typeof input, AuthDb>('POST', '/api/auth/second-factor', {
    summary: 'Finish signing in by a second factor',
    description: 'Within ten minutes. A challenge survives four wrong codes, and ends with the fifth.',
    input,
    output: signInOutput,
    hasSecret: true,
    async run(request) {
      const { challenge, rememberDevice } = request.input
      const { account, begun } = await requireBegun(kit, challenge, request.now)
      if (begun.transport === 'cookie') refuseOtherSites(request.headers, kit.context.surroundings)
      const given = {
        request,
        account,
        boundTo: boundToSignIn(challenge),
        noteWrong: (effects: SystemEffects<AuthDb>) => spend(challenge, account, effects),
      }
      return withFactor(given, kit, async (method, effects) => {
        await consumeSecret(effects.db, challenge, 'second-factor', effects.now)
        const proof = {
          account: await unchanged(account, effects.db),
          methods: [...begun.methods, method],
          transport: begun.transport,
          visitor: visitorOf(request, kit),
          isSecondFactorDone: true,
          remembersDevice: rememberDevice,
        }
        return completeSignIn(proof, effects, kit)
      })
    },
  })
}

async function unchanged({ id, generation }: AuthAccount, db: AuthDb): Promise<AuthAccount> {
  const account = await db['auth-accounts'].get(id)
  if (account.generation !== generation) throw authErrors.secret_invalid()
  return account
}

/** A wrong code costs the challenge one of its attempts. The last one is told to the owner: somebody may know the password. */
async function spend(
  challenge: string,
  { email }: AuthAccount,
  { db, jobs, now }: SystemEffects<AuthDb>,
): Promise<void> {
  const spent = await takeTry(db, challenge, 'second-factor', now)
  if (spent?.attemptsLeft === 0) await sendMail(jobs, factorMails.wrongSecondFactor, { to: email, input: { at: now } })
}

function stateRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('GET', '/api/auth/second-factor', {
    summary: 'Which second factors this account has',
    output: {
      factors: list(text()),
      isRequired: boolean({ description: 'Whether the account has to have one.' }),
      recoveryCodesLeft: integer(),
    },
    async run(request) {
      const { account } = await requireSession(request, kit, 'enrol')
      const { factors } = account
      const left = await recoveryCodesLeft(account.id, kit.db)
      return { body: { factors, isRequired: needsSecondFactor(account, kit), recoveryCodesLeft: left } }
    },
  })
}

function recoveryCodesRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('POST', '/api/auth/recovery-codes', {
    summary: 'Make ten new recovery codes in place of the old ones',
    description: 'Needs a sign-in of the last ten minutes with a second factor.',
    output: { recoveryCodes: list(text()) },
    hasSecret: true,
    async run(request) {
      const { session, account } = await requireSession(request, kit)
      if (account.factors.length === 0) throw factorErrors.no_second_factor()
      requireRecentFactor(session, account, request.now)
      const key = await recoveryKey(kit)
      return request.once(async (effects) => {
        const recoveryCodes = await giveRecoveryCodes(account.id, key, effects)
        const visitor = visitorOf(request, kit)
        await writeAudit(effects.db, { event: 'recovery-codes-renewed', account: account.id, visitor })
        return { body: { recoveryCodes } }
      })
    },
  })
}
