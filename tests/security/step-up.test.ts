import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  action,
  and,
  collection,
  defineApp,
  eq,
  everyone,
  integer,
  not,
  or,
  recentlyAuthenticated,
  role,
  signedIn,
  text,
} from 'galley'
import { createTestApp } from 'galley/testing'
import { compileModel } from '../../packages/server/src/model/compile-model.ts'
import { requireCollection } from '../../packages/server/src/model/require-collection.ts'
import { ruleText } from '../../packages/server/src/model/rule-text.ts'
import { onBothDatabases } from '../operations/on-both-databases.ts'

const fresh = recentlyAuthenticated('10m')
const accounts = collection('accounts', {
  fields: {
    owner: text(),
    email: text({ optional: true, write: fresh }),
    limit: integer({ default: 0, write: ({ row }) => or(eq(row.owner, 'ada'), fresh) }),
    secret: text({ default: 'hidden', read: fresh }),
  },
  rules: {
    read: signedIn(),
    create: ({ row, actor }) => or(eq(row.owner, actor.id), fresh),
    update: ({ row, actor }) => and(eq(row.owner, actor.id), or(eq(row.limit, 0), fresh)),
    delete: ({ row, actor }) => and(eq(row.owner, actor.id), fresh),
  },
  cache: { maxAge: '1h' },
})
const vaults = collection('vaults', {
  fields: { name: text() },
  rules: { read: fresh, create: and(role('boss'), fresh) },
})
const actions = [
  action('accounts', 'close', { allow: ({ row, actor }) => and(eq(row.owner, actor.id), fresh), run: () => undefined }),
  action('accounts', 'sweep', { on: 'collection', allow: fresh, run: () => undefined }),
]
const app = defineApp({ name: 'Bank', collections: [accounts, vaults], actions, roles: { boss: {} } })

const stepUp = { code: 'operation_reauthentication_required', category: 'forbidden' }
const forbidden = { code: 'operation_forbidden' }
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

onBothDatabases(app, (bench) => {
  const signedInAt = (authenticatedAt: string | undefined, id = 'ada', kind: 'user' | 'key' = 'user') => {
    const { actor, ...context } = bench().as(id)
    return { ...context, actor: { ...actor, kind, ...(authenticatedAt === undefined ? {} : { authenticatedAt }) } }
  }
  const open = async (owner: string, limit = 0) =>
    (await bench().operations.create(bench().system, 'accounts', { owner, limit })).id

  test('a sign-in counts as long as it is said, and not when it is in the future', async () => {
    const { operations } = bench()
    const sweep = (at: string | undefined) => operations.act(signedInAt(at), 'accounts', 'sweep', undefined, {})
    for (const at of [minutesAgo(0), minutesAgo(9.9), minutesAgo(-0.9)]) await sweep(at)
    for (const at of [minutesAgo(10.1), minutesAgo(-1.1), 'nonsense', undefined])
      await assert.rejects(sweep(at), stepUp)
  })

  test('where only the age of the sign-in is in the way, the refusal tells to sign in again', async () => {
    const { operations } = bench()
    const [old, now] = [signedInAt(minutesAgo(60)), signedInAt(minutesAgo(1))]
    const id = await open('ada')
    await assert.rejects(operations.delete(old, 'accounts', id), { ...stepUp, message: /^Sign in again/ })
    await assert.rejects(operations.act(old, 'accounts', 'close', id, {}), stepUp)
    await assert.rejects(operations.update(old, 'accounts', id, { email: 'a' }), stepUp)
    await assert.rejects(operations.update(old, 'accounts', id, { limit: 5 }), stepUp)
    await assert.rejects(operations.create(old, 'accounts', { owner: 'bob' }), stepUp)
    await assert.rejects(operations.create(old, 'accounts', { owner: 'bob', limit: 7 }), stepUp)
    await assert.rejects(async () => operations.find(old, 'vaults', {}), stepUp)
    await operations.act(now, 'accounts', 'close', id, {})
    await operations.update(now, 'accounts', id, { email: 'a', limit: 5 })
    await operations.create(now, 'accounts', { owner: 'bob' })
    await operations.delete(now, 'accounts', id)
    await operations.find(now, 'vaults', {})
  })

  test('whom another sign-in would not help is not sent away to sign in', async () => {
    const { operations } = bench()
    const id = await open('bob')
    const [old, key] = [signedInAt(minutesAgo(60)), signedInAt(minutesAgo(60), 'ada', 'key')]
    await assert.rejects(operations.delete(old, 'accounts', id), forbidden)
    await assert.rejects(operations.act(old, 'accounts', 'close', id, {}), forbidden)
    await assert.rejects(operations.create(old, 'vaults', { name: 'Gold' }), forbidden)
    await assert.rejects(operations.delete(key, 'accounts', await open('ada')), forbidden)
    await assert.rejects(operations.act(key, 'accounts', 'sweep', undefined, {}), forbidden)
    await assert.rejects(operations.create(bench().anyone, 'vaults', { name: 'Gold' }), {
      code: 'operation_sign_in_required',
    })
  })

  test('what a recent sign-in shows is shown no longer than it is recent, and to nobody else', async () => {
    const { operations } = bench()
    await open('ada')
    const [query, options] = [Object.freeze({}), Object.freeze({})]
    const id = await open('ada')
    const seen = async (at: string | undefined, later = 0) => {
      const context = signedInAt(at)
      const now = new Date(Date.now() + later).toISOString()
      const list = await operations.find({ ...context, now }, 'accounts', query)
      const record = await operations.get({ ...context, now }, 'accounts', id, options)
      const isSeen = list.json.includes('hidden')
      assert.equal(record.json.includes('hidden'), isSeen)
      return isSeen
    }
    const at = minutesAgo(1)
    assert.deepEqual([await seen(undefined), await seen(at), await seen(minutesAgo(60))], [false, true, false])
    assert.deepEqual([await seen(at), await seen(at, 8 * 60_000), await seen(at, 10 * 60_000)], [true, true, false])
    assert.equal(await seen(undefined), false)
  })
})

test('over HTTP the refusal is a 403 with a code of its own, though the answers of the collection are kept', async () => {
  const bank = await createTestApp(app)
  try {
    const { id } = await bank.system.accounts!.create({ owner: 'ada' })
    const statusAt = async (authenticatedAt: string) => {
      const answer = await bank.as({ id: 'ada', authenticatedAt }).fetch(`/api/accounts/${id}`, { method: 'DELETE' })
      return [answer.status, ((await answer.json().catch(() => ({}))) as { code?: string }).code]
    }
    assert.deepEqual(await statusAt(minutesAgo(60)), [403, 'operation_reauthentication_required'])
    const readAt = async (authenticatedAt: string) =>
      (await bank.as({ id: 'ada', authenticatedAt }).fetch('/api/accounts')).text()
    assert.match(await readAt(minutesAgo(1)), /hidden/)
    assert.doesNotMatch(await readAt(minutesAgo(60)), /hidden/)
    assert.deepEqual(await statusAt(minutesAgo(1)), [204, undefined])
  } finally {
    await bank.close()
  }
})

test('a time that is none is told, with what to write', () => {
  const wrong = collection('wrong', { fields: {}, rules: { read: recentlyAuthenticated('10 minutes' as never) } })
  assert.throws(
    () => compileModel(defineApp({ name: 'Wrong', collections: [wrong] })),
    /Write recentlyAuthenticated\('10m'\)/,
  )
})

test('a rule that asks for a recent sign-in is told in words', () => {
  assert.equal(ruleText(fresh), 'whoever signed in less than 10 minutes ago')
  assert.equal(
    ruleText(and(signedIn(), not(recentlyAuthenticated('1h')))),
    'whoever is signed in and did not sign in less than 1 hour ago',
  )
  const { rules } = requireCollection(compileModel(app), 'accounts')
  assert.match(ruleText(rules.update), /who asks signed in less than 10 minutes ago/)
  assert.equal(ruleText(or(everyone(), fresh)), 'everyone')
})
