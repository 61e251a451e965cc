import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collection, defineApp, eq, everyone, or, role, text } from 'galley'
import { defineFeature } from 'galley/plugin'
import { createTestApp } from 'galley/testing'

const notes = collection('notes', {
  fields: { text: text(), state: text() },
  rules: { read: ({ row }) => or(eq(row.state, 'public'), role('staff')), create: everyone() },
  cache: { maxAge: '1h' },
})

test('a role that a feature takes away from an actor it holds on to is gone with the next request', async () => {
  const session = { kind: 'user' as const, id: 'ada', roles: ['staff'] }
  const sessions = defineFeature({
    name: 'sessions',
    start: () => ({ authenticate: ({ authorization }) => (authorization === undefined ? undefined : session) }),
  })
  const diary = defineApp({ name: 'Diary', collections: [notes], roles: { staff: {} }, features: [sessions] })
  const app = await createTestApp(diary as never)
  try {
    const list = new URL('/api/notes?fields=text', await app.url())
    const body = JSON.stringify({ text: 'hidden', state: 'draft' })
    await fetch(list.href.split('?')[0]!, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const seen = async () => (await fetch(list, { headers: { authorization: 'Session 1' } })).text()
    assert.match(await seen(), /hidden/)
    session.roles.pop()
    assert.doesNotMatch(await seen(), /hidden/)
  } finally {
    await app.close()
  }
})
