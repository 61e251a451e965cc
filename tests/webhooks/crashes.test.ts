import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject, runGalley, startGalley } from '../run-galley.ts'
import { startReceiver } from './receiver.ts'

/** Whoever handles or receives the event for the first time ends the process, as a power cut would. */
const app = (port: number) => `
import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { collection, declareFor, defineApp, everyone, text } from 'galley'
import { incomingWebhook, webhooks } from 'galley/webhooks'
const parcels = collection('parcels', { fields: { event: text() }, rules: { read: everyone() } })
const { hook } = declareFor([parcels])
const arrived = hook('parcels', 'afterCreate', ({ record, events }) => events.add('parcels.arrived', { event: record.event }))
const carrier = incomingWebhook('carrier', {
  verify: ({ headers }) => headers['x-proof'] === 'right',
  idOf: ({ id }) => id,
  handle: ({ event, transaction, attempt }) => transaction(async ({ db }) => {
    await db.parcels.create({ event: event.id })
    appendFileSync('attempts', event.id + ' ' + attempt + '\\n')
    if (!existsSync('died')) {
      writeFileSync('died', '')
      process.kill(process.pid, 'SIGKILL')
      await new Promise(() => {})
    }
  }),
})
export default defineApp({
  name: 'Shop',
  collections: [parcels],
  hooks: [arrived],
  roles: { admin: {} },
  settings: { outgoing: { allow: ['127.0.0.1:${port}'] } },
  features: [webhooks({ events: { 'parcels.arrived': { description: 'A parcel.' } }, managers: ['admin'], allowHttp: true, incoming: [carrier] })],
})
`

test('a power cut while an event is handled, and one while another is sent, lose neither and change nothing twice', async () => {
  const receiver = await startReceiver()
  const folder = makeProject(app(receiver.port))
  const { stdout } = await runGalley(folder, ['key', 'create', '--name', 'ops', '--role', 'admin'])
  const key = stdout.trim()
  const first = await startGalley(folder, ['start'])
  const post = (url: string, path: string, headers: Record<string, string>, body: object) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const endpoint = { url: receiver.url, events: ['*'] }
  assert.equal(
    (await post(first.url, '/api/webhook-endpoints/add', { authorization: `Bearer ${key}` }, endpoint)).status,
    200,
  )

  const end = once(first.process, 'close')
  assert.equal((await post(first.url, '/api/webhooks/carrier', { 'x-proof': 'right' }, { id: 'evt_1' })).status, 200)
  await end
  assert.ok(existsSync(join(folder, 'died')))

  let cut = () => {}
  receiver.answer(async () => {
    cut()
    return { status: 200 }
  })
  const second = await startGalley(folder, ['start'])
  const gone = once(second.process, 'close')
  cut = () => {
    cut = () => {}
    second.process.kill('SIGKILL')
  }
  await gone

  const third = await startGalley(folder, ['start'])
  const deliveries = async () => {
    const answer = await fetch(`${third.url}/api/webhook-deliveries`, { headers: { authorization: `Bearer ${key}` } })
    return ((await answer.json()) as { data: { state: string }[] }).data
  }
  for (let waitedMs = 0; (await deliveries())[0]?.state !== 'delivered'; waitedMs += 200) {
    assert.ok(waitedMs < 60_000, JSON.stringify(await deliveries()))
    await sleep(200)
  }
  const parcels = (await (await fetch(`${third.url}/api/parcels`)).json()) as { data: { event: string }[] }
  assert.deepEqual(
    parcels.data.map(({ event }) => event),
    ['evt_1'],
  )
  assert.deepEqual(readFileSync(join(folder, 'attempts'), 'utf8').split('\n'), ['evt_1 1', 'evt_1 2', ''])
  const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
  assert.ok(ids.length >= 2)
  assert.equal(new Set(ids).size, 1, 'whoever got it twice can tell')
  await third.stop()
})
