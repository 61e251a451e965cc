import { email, type FeatureRoute, type RouteRequest, route, text } from '../../../plugin.ts'
import { accountsInput } from '../accounts/accounts-input.ts'
import { writeAudit } from '../audit.ts'
import { captchaInput, requireCaptcha } from '../defence/captcha.ts'
import { attemptOf, countGuess, forgetGuesses, tellWhenLocked } from '../defence/limits.ts'
import { authErrors } from '../errors.ts'
import { type AuthKit, type AuthPart, loginOf, requireKind } from '../kit.ts'
import { refuseOtherSites } from '../sessions/same-origin.ts'
import { visitorOf } from '../sessions/visitor.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { completeSignIn } from './complete-sign-in.ts'
import { signInOutput, transportInput } from './sign-in-answer.ts'

/** Signing in by e-mail address and password. */
export const passwordSignIn: AuthPart = { routes: (kit) => [signInRoute(kit)] }

function signInRoute(kit: AuthKit): FeatureRoute {
  const input = {
    ...accountsInput(kit),
    email: email(),
    password: text({ min: 1, max: 1_000, private: true }),
    ...transportInput,
    ...captchaInput,
  }
  return route<typeof input, AuthDb>('POST', '/api/auth/sign-in', {
    summary: 'Sign in by e-mail address and password',
    description: 'Answers alike, and as fast, whether the account does not exist or the password is wrong.',
    input,
    output: signInOutput,
    hasSecret: true,
    async run(request) {
      if (request.input.transport === 'cookie') refuseOtherSites(request.headers, kit.context.surroundings)
      await requireCaptcha('sign-in', request, kit)
      const account = await accountWithPassword(request, kit)
      const proof = {
        account,
        methods: ['password'],
        transport: request.input.transport,
        visitor: visitorOf(request, kit),
      }
      return request.once((effects) => completeSignIn(proof, effects, kit))
    },
  })
}

interface Given {
  readonly device: string | null
  readonly accounts: string
  readonly email: string
  readonly password: string
}

/** @throws auth_wrong_credentials  whichever of the two is wrong. */
async function accountWithPassword(request: RouteRequest<Given, AuthDb>, kit: AuthKit): Promise<AuthAccount> {
  const { accounts, email, password } = request.input
  const login = loginOf(requireKind(accounts, kit), email)
  const account = await kit.db['auth-accounts'].first({ where: { login } })
  const attempt = await attemptOf('sign-in', login, account?.id, request, kit)
  await countGuess(attempt, kit)
  const { isRight, needsRehash } = await verified(password, account, request.clientAddress, kit)
  if (account === undefined || !isRight) {
    const visitor = visitorOf(request, kit)
    await tellWhenLocked(attempt, account?.id, kit)
    await writeAudit(kit.db, { event: 'sign-in', account: account?.id ?? null, isSuccess: false, visitor })
    throw authErrors.wrong_credentials()
  }
  await forgetGuesses(attempt, kit)
  if (needsRehash) await rehash(password, account, kit)
  return account
}

/** Takes as long for an account that is not there, or has no password. */
async function verified(password: string, account: AuthAccount | undefined, source: string, { hasher }: AuthKit) {
  const hash = account?.passwordHash ?? null
  if (hash !== null) return hasher.verify(password, hash, source)
  await hasher.verifyNothing(password, source)
  return { isRight: false, needsRehash: false }
}

/** The parameters have changed since: the hash follows while the password is known. */
async function rehash(password: string, { id, passwordHash }: AuthAccount, { hasher, db }: AuthKit): Promise<void> {
  await db['auth-accounts'].updateIf(id, { passwordHash }, { passwordHash: await hasher.hash(password) })
}
