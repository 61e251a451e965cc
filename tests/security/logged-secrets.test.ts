import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineApp } from 'galley'
import { createTestApp } from 'galley/testing'

/** Keeps all that is logged, the level `debug` as well. */
function keepingLog() {
  const lines: string[] = []
  const keep = (data: object, message: string) => void lines.push(`${message} ${JSON.stringify(data)}`)
  return { lines, isDebug: true, debug: keep, info: keep, warn: keep, error: keep }
}

test('what a provider of accounts sends a browser back with is in no log', async (t) => {
  const log = keepingLog()
  const app = await createTestApp(defineApp({ name: 'notes', collections: [] }), { log })
  t.after(() => app.close())
  for (const query of ['code=4-0AbCd&state=efgh', 'state=efgh&code=4-0AbCd', 'handle=4-0AbCd'])
    await app.fetch(`/api/auth/social/google/callback?${query}`)
  while (log.lines.length < 3) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.doesNotMatch(log.lines.join('\n'), /4-0AbCd|efgh/)
  assert.match(log.lines.join('\n'), /"url":"\/api\/auth\/social\/google\/callback"/)
})
