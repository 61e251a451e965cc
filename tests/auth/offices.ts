import { accessList, allows, collection, defineApp, eq, role, signedIn, text } from 'galley'
import { type AuthOptions, auth } from 'galley/auth'
import type { TestAppOptions } from 'galley/testing'
import { customers, goodPassword, type People, startPeople, tokenOf } from './people.ts'

const organizations = collection('organizations', {
  fields: { name: text() },
  rules: { read: ({ row, actor }) => eq(row.id, actor.tenant), create: signedIn(), update: role('owner') },
})

const projects = collection('projects', {
  tenant: 'organizations',
  fields: { name: text(), code: text({ unique: true, optional: true }) },
  rules: { read: signedIn(), create: signedIn(), update: signedIn(), delete: role('owner') },
})

const notes = collection('notes', {
  fields: { title: text(), access: accessList({ creator: 'own' }) },
  rules: {
    read: ({ row }) => allows(row.access, 'read'),
    create: signedIn(),
    update: ({ row }) => allows(row.access, 'write'),
  },
})

const staffOnly = collection('posts', {
  fields: { title: text() },
  rules: { read: role('staff'), create: role('staff') },
})

/** An application with organizations, administrators and all that accounts may do with each other. */
export function officeApp(options: Partial<AuthOptions> = {}) {
  return defineApp({
    name: 'office',
    collections: [customers, organizations, projects, notes, staffOnly],
    roles: {
      member: {},
      owner: { includes: ['member'] },
      staff: {},
      support: { includes: ['staff'] },
      admin: { includes: ['support'] },
      root: { includes: ['admin'] },
    },
    permissions: { 'posts.publish': 'May publish posts', 'posts.burn': 'May burn posts' },
    features: [
      auth({
        accounts: [{ collection: customers, register: ['name'], requireMfa: ['root'] }],
        managers: ['admin'],
        impersonators: ['support'],
        rolePermissions: { admin: ['posts.publish'], root: 'all' },
        tenants: { collection: 'organizations', roles: ['owner', 'member'] },
        ...options,
      }),
    ],
  })
}

/** Somebody who is signed in. */
export interface Person {
  readonly token: string
  readonly id: string
  readonly email: string
}

/** People of an office, made at once instead of by mail. */
export class Office {
  readonly people: People

  constructor(people: People) {
    this.people = people
  }

  get app() {
    return this.people.app
  }

  /** Registers, verifies and signs in, with roles. */
  async person(name: string, roles: readonly string[] = []): Promise<Person> {
    const email = `${name}@example.com`
    const first = await this.people.arrive(email)
    const { account } = await this.people.who(first)
    if (roles.length > 0) await this.app.system['auth-accounts']!.update(account.id, { roles })
    return { token: first, id: account.id, email }
  }

  async signIn({ email }: Person): Promise<string> {
    return tokenOf(await this.people.signIn(email, goodPassword))
  }

  patch({ token }: Pick<Person, 'token'>, path: string, body: object): Promise<Response> {
    return this.people.sendAs(token, path, body, 'PATCH')
  }

  post({ token }: Pick<Person, 'token'>, path: string, body: object = {}): Promise<Response> {
    return this.people.sendAs(token, path, body)
  }

  async list({ token }: Pick<Person, 'token'>, path: string): Promise<any[]> {
    // any: JSON
    const answer = await this.people.get(path, token)
    return ((await answer.json()) as { data: any[] }).data
  }

  /** Makes an organization and acts in it. @returns its id. */
  async organization(owner: Person, name: string): Promise<string> {
    const answer = await this.post(owner, '/api/organizations', { name })
    const { id } = (await answer.json()) as { id: string }
    await this.post(owner, '/api/auth/tenant', { tenant: id })
    return id
  }
}

export async function startOffice(options: TestAppOptions, more: Partial<AuthOptions> = {}): Promise<Office> {
  return new Office(await startPeople(officeApp(more), options))
}
