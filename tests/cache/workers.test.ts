import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeProject, startGalley } from '../run-galley.ts'

const shop = `
import { collection, defineApp, everyone, text } from 'galley'
const open = { read: everyone(), create: everyone(), update: everyone(), delete: everyone() }
const teas = collection('teas', { fields: { name: text() }, rules: open, cache: { maxAge: '1h' } })
export default defineApp({ name: 'shop', collections: [teas], settings: { rateLimit: false } })
`

test('on SQLite, what one worker has changed is not old to any other, from the moment it is acknowledged', async () => {
  const galley = await startGalley(makeProject(shop), ['start', '--workers', '2'])
  // Each connection goes to the next worker.
  const ask = async (path: string, method = 'GET', body?: object) => {
    const headers = { 'content-type': 'application/json', connection: 'close' }
    const answer = await fetch(galley.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    return { json: (await answer.json()) as any, status: answer.headers.get('cache-status') } // any: whatever was asked for
  }
  const { id } = (await ask('/api/teas', 'POST', { name: 'first' })).json
  const path = `/api/teas/${id}`
  const namesSeen = async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(path)))
    return [...new Set(answers.map(({ json }) => json.name))]
  }
  for (let round = 0; round < 10; round += 1) {
    await namesSeen()
    await ask(path, 'PATCH', { name: `round ${round}` })
    assert.deepEqual(await namesSeen(), [`round ${round}`])
  }
  const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await ask(path)).status))
  assert.ok(statuses.filter((status) => status === 'galley; hit').length > 10, String(statuses))
  await galley.stop()
})
