import assert from 'node:assert/strict'
import { collection, defineApp, email, eq, or, role, text } from 'galley'
import { type AccountsOptions, type AuthOptions, auth } from 'galley/auth'
import { createTestApp, type TestApp, type TestAppOptions } from 'galley/testing'
import { tokenIn } from './mails.ts'

export const customers = collection('customers', {
  fields: {
    name: text({ max: 100 }),
    email: email({ unique: true }),
    phone: text({ optional: true }),
    tier: text({ default: 'basic' }),
  },
  rules: {
    read: ({ row, actor }) => or(eq(row.id, actor.id), role('staff')),
    update: ({ row, actor }) => eq(row.id, actor.id),
    delete: role('staff'),
  },
})

/** An application with customers who make their own accounts. */
export function appWithCustomers(options: Partial<AuthOptions> = {}, accounts: Partial<AccountsOptions> = {}) {
  return defineApp({
    name: 'desk',
    collections: [customers],
    roles: { staff: {}, admin: { includes: ['staff'] } },
    features: [
      auth({
        accounts: [{ collection: customers, register: ['name', 'phone'], ...accounts }],
        passwords: { hashing: quickHashing },
        ...options,
      }),
    ],
  })
}

/** What is tested here is not what a hash costs. */
const quickHashing = { memoryKiB: 64, passes: 1 }

export const goodPassword = 'violet harbour ninety teapots'

/** Starts an application and gives what people do with it over HTTP. */
export async function startPeople(app: ReturnType<typeof defineApp>, options: TestAppOptions): Promise<People> {
  return new People(await createTestApp(app, options))
}

/** What people do over HTTP. */
export class People {
  readonly app: TestApp

  constructor(app: TestApp) {
    this.app = app
  }

  get(path: string, token?: string): Promise<Response> {
    return this.app.fetch(path, { headers: bearer(token) })
  }

  /** POST, or another method. */
  send(path: string, body: object = {}, headers: Record<string, string> = {}, method = 'POST'): Promise<Response> {
    return this.app.fetch(path, {
      method,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  }

  /** POST with the token of a session. */
  sendAs(token: string, path: string, body: object = {}, method = 'POST'): Promise<Response> {
    return this.send(path, body, bearer(token), method)
  }

  async register(address: string, profile: object = { name: 'Ada' }): Promise<Response> {
    const answer = await this.send('/api/auth/register', { email: address, password: goodPassword, profile })
    assert.equal(answer.status, 202, await answer.clone().text())
    return answer
  }

  async verify(address: string): Promise<void> {
    const token = await tokenIn(this.app, address, 'verify-email')
    assert.equal((await this.send('/api/auth/verify-email', { token })).status, 204)
  }

  signIn(address: string, password = goodPassword, more: object = { transport: 'token' }): Promise<Response> {
    return this.send('/api/auth/sign-in', { email: address, password, ...more })
  }

  /** Registers, verifies and signs in. @returns the token of the session. */
  async arrive(address: string): Promise<string> {
    await this.register(address)
    await this.verify(address)
    return tokenOf(await this.signIn(address))
  }

  async who(token: string): Promise<any> {
    // any: JSON
    return (await this.get('/api/auth/session', token)).json()
  }

  /** Whether a session is good. */
  async isSignedIn(token: string): Promise<boolean> {
    return (await this.get('/api/auth/session', token)).status === 200
  }
}

export function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

export async function tokenOf(answer: Response): Promise<string> {
  const { token } = (await answer.json()) as { token?: string }
  assert.ok(token, 'the answer has a token')
  return token
}

/** The code of an error. */
export async function codeOf(answer: Response): Promise<string> {
  return ((await answer.json()) as { code: string }).code
}
