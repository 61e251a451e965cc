import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../databases.ts'
import { tokenIn } from './mails.ts'
import { appWithCustomers, goodPassword, type People, startPeople, tokenOf } from './people.ts'

const newPassword = 'quiet lanterns over seven bridges'
const dayMs = 86_400_000

/** A kind of secret: how one is got, and the one door that it opens. */
interface Kind {
  /** @param address  of an account that is signed in to by `session`. */
  get(people: People, address: string, session: string): Promise<string>
  readonly door: string
  /** How long it is good, in milliseconds. */
  readonly lifetimeMs: number
  /** How often it is good. Default 1. */
  readonly isReusable?: boolean
}

/** Where a secret is shown. */
const doors: Readonly<Record<string, (people: People, secret: string) => Promise<Response>>> = {
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
      const app = appWithCustomers({ firstAdministrator: { role: 'admin' } })
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
    const open = (door: string, secret: string) => doors[door]!(people, secret)
    const isOpened = async (door: string, secret: string) => (await open(door, secret)).status < 300

    for (const [kind, { get, door, lifetimeMs, isReusable = false }] of Object.entries(kinds)) {
      test(`${kind} opens its own door only, and is not used up by trying others`, async () => {
        const { address, session } = await fresh()
        const secret = await get(people, address, session)
        for (const other of Object.keys(doors).filter((each) => each !== door)) {
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
