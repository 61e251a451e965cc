import type { OpenApp } from '../app/open-app.ts'
import { durationMs } from '../base/duration.ts'
import { createKey, type KeySummary, listKeys, revokeKey } from '../features/keys/manage-keys.ts'
import { defineCommand, usageError } from './command.ts'
import { appOption } from './project.ts'
import { tableLines } from './table.ts'
import { withApp } from './with-app.ts'

export const keyCreate = defineCommand('key create', {
  summary: 'Make an API key and show it, once.',
  options: {
    name: { type: 'string', description: 'What the key is for, as you will find it in the list.' },
    role: { type: 'string', multiple: true, description: 'A role it holds. Give it more than once for more roles.' },
    scope: {
      type: 'string',
      multiple: true,
      description:
        'What of all that its roles allow: products:read, orders:*. Give it more than once for more. Default: all.',
    },
    actor: {
      type: 'string',
      value: 'id',
      description: 'Whom it acts for: rules compare this id. Default: the key itself.',
    },
    expires: {
      type: 'string',
      value: 'time',
      description: 'How long it is good for: 12h, 30d, 8w. Default: until it is revoked.',
    },
    app: appOption,
  },
  notes: [
    'Example: galley key create --name importer --role manager --expires 30d',
    'The key alone goes to standard output, so that a script can take it: KEY=$(galley key create --name ci)',
  ].join('\n'),
  async run({ name, role: roles = [], scope: scopes, actor: actorId, expires, app: file }) {
    if (name === undefined) throw usageError('key create', 'It needs a --name.')
    const lifetimeMs = lifetimeFrom(expires)
    await withApp(file, async (app) => {
      const expiresAt = lifetimeMs === undefined ? undefined : instantAfter(app, lifetimeMs)
      const { secret } = await createKey(
        app.db,
        { name, roles, ...(scopes && { scopes }), ...(actorId && { actorId }), ...(expiresAt && { expiresAt }) },
        app.model,
      )
      console.error(madeSentence(name, roles, scopes, expiresAt))
      console.log(secret)
    })
  },
})

export const keyList = defineCommand('key list', {
  summary: 'List the API keys.',
  options: { app: appOption },
  run: ({ app: file }) =>
    withApp(file, async (app) => {
      const keys = await listKeys(app.db)
      if (keys.length === 0) return console.error('There are no API keys. Make one: galley key create --name …')
      for (const line of tableLines(
        ['key', 'name', 'roles', 'scopes', 'acts for', 'last used', 'state'],
        keys.map((key) => row(key, app)),
      ))
        console.log(line)
    }),
})

export const keyRevoke = defineCommand('key revoke', {
  summary: 'Make an API key useless at once.',
  arguments: ['key'],
  options: { app: appOption },
  notes: 'The key is its id, or its beginning as galley key list shows it.',
  run: ({ app: file }, key = '') =>
    withApp(file, async (app) => {
      const revoked = await revokeKey(app.db, key, instantAfter(app, 0))
      console.log(`Revoked the key ${revoked.name} (${revoked.prefix}).`)
    }),
})

function lifetimeFrom(expires: string | undefined): number | undefined {
  const lifetimeMs = expires === undefined ? undefined : durationMs(expires)
  if (expires !== undefined && !lifetimeMs)
    throw usageError('key create', `The time ${expires} is not one like 12h, 30d or 8w.`)
  return lifetimeMs
}

function instantAfter(app: OpenApp, ms: number): string {
  return new Date(app.clock.nowMs() + ms).toISOString()
}

function madeSentence(
  name: string,
  roles: readonly string[],
  scopes: readonly string[] | undefined,
  expiresAt: string | undefined,
): string {
  const rights = roles.length === 0 ? 'no role' : roles.join(', ')
  const holds = scopes === undefined ? rights : `${rights}, only ${scopes.join(', ')}`
  const end = expiresAt === undefined ? 'It does not expire.' : `It expires at ${expiresAt}.`
  return [
    `Made the key ${name} (${holds}). ${end}`,
    'It is shown only now. Send it as: Authorization: Bearer <key>',
    '',
  ].join('\n')
}

function row(key: KeySummary, app: OpenApp): readonly string[] {
  return [
    key.prefix,
    key.name,
    key.roles.join(', '),
    key.scopes?.join(', ') ?? 'all',
    key.actorId ?? 'itself',
    key.lastUsedAt ?? 'never',
    stateOf(key, app),
  ]
}

function stateOf({ revokedAt, expiresAt }: KeySummary, app: OpenApp): string {
  if (revokedAt !== null) return `revoked ${revokedAt}`
  if (expiresAt === null) return 'good'
  return Date.parse(expiresAt) <= app.clock.nowMs() ? `expired ${expiresAt}` : `good until ${expiresAt}`
}
