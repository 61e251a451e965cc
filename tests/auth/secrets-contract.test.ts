import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import { databases } from '../databases.ts'
import { mailsTo, tokenIn } from './mails.ts'
import { appWithCustomers, goodPassword, type People, startPeople, tokenOf } from './people.ts'

const newPassword = 'quiet lanterns over seven bridges'
const dayMs = 86_400_000

/** A session is also good for what is read with keys; whether a door wants a person decides itself. */
const alsoOpens = (kind: string, door: string) => kind === 'session' && door === 'access token or key'

/** A kind of secret: how one is got, and the one door that it opens. */
interface Kind {
  /** @param address  of an account that is signed in to by `session`. */
  get(people: People, address: string, session: string): Promise<string | readonly [secret: string, handle: string]>
  readonly door: string
  /** How long it is good, in milliseconds. */
  readonly lifetimeMs: number
  /** How often it is good. Default 1. */
  readonly isReusable?: boolean
}

/** Where a secret is shown; some are good only together with the handle of the app that asked for them. */
const doors: Readonly<Record<string, (people: People, secret: string, handle?: string) => Promise<Response>>> = {
  'verify-email': (people, token) => people.send('/api/auth/verify-email', { token }),
  'reset-password': (people, token) =>
    people.send('/api/auth/password/reset/confirm', { token, password: newPassword }),
  'change-email': (people, token) => people.send('/api/auth/email/confirm', { token }),
  unlock: (people, token) => people.send('/api/auth/unlock', { token }),
  'first-administrator': (people, token) =>
    people.send('/api/auth/first-administrator', {
      token,
      email: `admin${Math.random()}@example.com`,
      password: newPassword,
      profile: { name: 'Ada' },
    }),
  session: (people, token) => people.get('/api/auth/session', token),
  'second-factor': (people, challenge) => people.send('/api/auth/second-factor', { challenge, code: codeNow() }),
  'recovery-code': async (people, recoveryCode) =>
    people.send('/api/auth/second-factor', { challenge: await newChallenge(people), recoveryCode }),
  'magic-link': (people, token, handle) =>
    people.send('/api/auth/magic-link/confirm', { token, handle, transport: 'token' }),
  'one-time-code': (people, code, handle) =>
    people.send('/api/auth/one-time-code/confirm', { code: code.slice(0, 20), handle, transport: 'token' }),
  invitation: (people, token) =>
    people.send('/api/auth/invitations/accept', { token, password: newPassword, profile: { name: 'Ada' } }),
  refresh: (people, refreshToken) => people.send('/api/auth/token/refresh', { refreshToken }),
  'access token or key': (people, token) => people.get('/api/customers', token),
  'social exchange': (people, code) => people.send('/api/auth/social/exchange', { code }),
}

/** Of the account that has an authenticator. */
let authenticator = { address: '', secret: '' }
const codeNow = () => TOTP.generate({ secret: Secret.fromBase32(authenticator.secret), timestamp: nowMs })
const newChallenge = async (people: People) => {
  const { challenge } = (await (await people.signIn(authenticator.address)).json()) as { challenge: string }
  return challenge
}
/** Sets up an authenticator. @returns the recovery codes. */
const enrol = async (people: People, address: string, session: string): Promise<readonly string[]> => {
  const { secret } = (await (await people.sendAs(session, '/api/auth/totp')).json()) as { secret: string }
  authenticator = { address, secret }
  const answer = await people.sendAs(session, '/api/auth/totp/confirm', { code: codeNow() })
  advance(30_000)
  return ((await answer.json()) as { recoveryCodes: readonly string[] }).recoveryCodes
}
const asked = async (people: People, way: string, address: string) => {
  const answer = await people.send(`/api/auth/${way}`, { email: address, transport: 'token' })
  return ((await answer.json()) as { handle: string }).handle
}

const kinds: Readonly<Record<string, Kind>> = {
  'verify-email': {
    async get(people) {
      const address = `verify${Math.random()}@example.com`
      await people.register(address)
      return tokenIn(people.app, address, 'verify-email')
    },
    door: 'verify-email',
    lifetimeMs: dayMs / 24,
  },
  'reset-password': {
    async get(people, address) {
      await people.send('/api/auth/password/reset', { email: address })
      return tokenIn(people.app, address, 'reset-password')
    },
    door: 'reset-password',
    lifetimeMs: dayMs / 24,
  },
  'change-email': {
    async get(people, _address, session) {
      const email = `new${Math.random()}@example.com`
      await people.sendAs(session, '/api/auth/email', { email })
      return tokenIn(people.app, email, 'change-email')
    },
    door: 'change-email',
    lifetimeMs: dayMs / 24,
  },
  unlock: {
    async get(people, address) {
      for (let turn = 0; turn < 10; turn += 1) {
        await people.signIn(address, 'wrong')
        advance(65_000)
      }
      return tokenIn(people.app, address, 'unlock')
    },
    door: 'unlock',
    lifetimeMs: dayMs / 24,
  },
  'first-administrator': {
    async get(people) {
      const texts = await Promise.all(people.app.open.features.map((feature) => feature.greet?.('http://here')))
      return texts
        .join('')
        .split('#token=')[1]!
        .match(/^[\w-]+/)![0]
    },
    door: 'first-administrator',
    lifetimeMs: dayMs,
  },
  session: {
    get: async (people, address) => tokenOf(await people.signIn(address)),
    door: 'session',
    lifetimeMs: 14 * dayMs,
    isReusable: true,
  },
  'second-factor': {
    async get(people, address, session) {
      await enrol(people, address, session)
      return newChallenge(people)
    },
    door: 'second-factor',
    lifetimeMs: 10 * 60_000,
  },
  'recovery-code': {
    get: async (people, address, session) => (await enrol(people, address, session))[0]!,
    door: 'recovery-code',
    lifetimeMs: 1_000 * 365 * dayMs,
  },
  'magic-link': {
    async get(people, address) {
      const handle = await asked(people, 'magic-link', address)
      return [await tokenIn(people.app, address, 'magic-link'), handle]
    },
    door: 'magic-link',
    lifetimeMs: 10 * 60_000,
  },
  'one-time-code': {
    async get(people, address) {
      const handle = await asked(people, 'one-time-code', address)
      const [mail] = await mailsTo(people.app, address)
      return [/^\s*(\d{6})\s*$/m.exec(mail!.text)![1]!, handle]
    },
    door: 'one-time-code',
    lifetimeMs: 10 * 60_000,
  },
  invitation: {
    async get(people, _address, session) {
      const { account } = await people.who(session)
      await people.app.system['auth-accounts']!.update(account.id, { roles: ['admin'] })
      const email = `guest${Math.random()}@example.com`
      const answer = await people.sendAs(session, '/api/auth/invitations', { email })
      assert.equal(answer.status, 201, await answer.clone().text())
      return tokenIn(people.app, email, 'invitation')
    },
    door: 'invitation',
    lifetimeMs: 7 * dayMs,
  },
  refresh: {
    async get(people, _address, session) {
      return ((await (await people.sendAs(session, '/api/auth/token')).json()) as { refreshToken: string }).refreshToken
    },
    door: 'refresh',
    lifetimeMs: 30 * dayMs,
  },
  'access token': {
    async get(people, _address, session) {
      return ((await (await people.sendAs(session, '/api/auth/token')).json()) as { accessToken: string }).accessToken
    },
    door: 'access token or key',
    lifetimeMs: 10 * 60_000 + 5_000,
    isReusable: true,
  },
  'api key': {
    async get(people, _address, session) {
      const expiresAt = new Date(nowMs + dayMs).toISOString()
      const answer = await people.sendAs(session, '/api/auth/keys', { name: 'script', expiresAt })
      assert.ok(answer.ok, await answer.clone().text())
      return ((await answer.json()) as { key: string }).key
    },
    door: 'access token or key',
    lifetimeMs: dayMs,
    isReusable: true,
  },
  device: {
    async get(people, address) {
      const { device } = (await (await people.signIn(address)).json()) as { device: string }
      return device
    },
    door: 'none',
    lifetimeMs: 400 * dayMs,
    isReusable: true,
  },
}

let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
const advance = (ms: number) => {
  nowMs += ms
}

for (const { name, url } of databases) {
  describe(`every secret on ${name}`, () => {
    let people: People
    let count = 0
    before(async () => {
      const app = appWithCustomers({
        firstAdministrator: { role: 'admin' },
        managers: ['admin'],
        passwordless: { magicLink: true, code: true },
        jwt: { audience: 'https://stock.example' },
        apiKeys: true,
      })
      people = await startPeople(app, { database: await url(), clock: { nowMs: () => nowMs } })
    })
    after(() => people.app.close())

    /** An account that nothing has happened to. */
    const fresh = async () => {
      count += 1
      advance(20 * 60_000) // limits by address begin anew
      const address = `person${count}@example.com`
      return { address, session: await people.arrive(address) }
    }
    /** As long as there is one, no link to make the first is printed. */
    const withoutAdministrators = async () => {
      const accounts = people.app.system['auth-accounts']!
      const { data } = await accounts.find({ where: { roles: { contains: 'admin' } } })
      for (const { id } of data) await accounts.update(id, { roles: [] })
    }
    type Given = Awaited<ReturnType<Kind['get']>>
    const open = (door: string, given: Given) =>
      typeof given === 'string' ? doors[door]!(people, given) : doors[door]!(people, given[0], given[1])
    const isOpened = async (door: string, given: Given) => (await open(door, given)).status < 300

    for (const [kind, { get, door, lifetimeMs, isReusable = false }] of Object.entries(kinds)) {
      test(`${kind} opens its own door only, and is not used up by trying others`, async () => {
        const { address, session } = await fresh()
        await withoutAdministrators()
        const secret = await get(people, address, session)
        for (const other of Object.keys(doors).filter((each) => each !== door && !alsoOpens(kind, each))) {
          const answer = await open(other, secret)
          assert.ok([400, 401, 403, 404].includes(answer.status), `${kind} at ${other}: ${answer.status}`)
        }
        if (doors[door] !== undefined) assert.ok(await isOpened(door, secret), `${kind} at its own door`)
      })

      if (doors[door] === undefined) continue

      test(`${kind} is good until its time, and not after`, async () => {
        const { address, session } = await fresh()
        await withoutAdministrators()
        const secret = await get(people, address, session)
        advance(lifetimeMs)
        assert.equal(await isOpened(door, secret), false)
      })

      if (isReusable) continue

      test(`${kind} is good once, of a hundred at once and afterwards`, async () => {
        const { address, session } = await fresh()
        await withoutAdministrators()
        const secret = await get(people, address, session)
        const all = await Promise.all(Array.from({ length: 100 }, () => isOpened(door, secret)))
        assert.equal(all.filter((isGood) => isGood).length, 1)
        assert.equal(await isOpened(door, secret), false)
      })
    }

    test('what is stored of secrets opens nothing', async () => {
      const { data } = await people.app.system['auth-secrets']!.find({ limit: 1_000 })
      assert.ok(data.length > 10)
      for (const { hash, purpose } of data.slice(-20))
        assert.equal(await isOpened(purpose === 'first-administrator' ? 'unlock' : purpose, hash), false)
    })

    test('a password is good for its own account only', async () => {
      const { address } = await fresh()
      assert.equal((await people.signIn(address, goodPassword)).status, 200)
      assert.equal((await people.signIn('person1@example.com', `${goodPassword}x`)).status, 401)
    })
  })
}
