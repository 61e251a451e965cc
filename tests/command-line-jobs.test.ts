import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeProject, runGalley, startGalley } from './run-galley.ts'

const app = `
import { collection, defineApp, job, text } from 'galley'
import { Undeliverable } from 'galley/plugin'
const notes = collection('notes', { fields: { text: text() } })
const write = job('notes.write', {
  input: { text: text() },
  async run({ input, transaction }) {
    if (input.text === 'never') throw new Undeliverable('That cannot be written.')
    await transaction(({ db }) => db.notes.create({ text: input.text }))
  },
})
export default defineApp({ name: 'notes', collections: [notes], jobs: [write] })
`

test('a job that is added by hand is done by galley work, and by galley start only where it does jobs', async () => {
  const folder = makeProject(app)
  const galley = (...args: readonly string[]) => runGalley(folder, args)
  const server = await startGalley(folder, ['start', '--no-jobs'])
  const added = await galley('jobs', 'add', 'notes.write', '--input', '{"text":"hello"}')
  assert.match(added.stdout, /^[\w-]{36}\n$/)
  await sleep(300)
  assert.match((await galley('jobs', 'status')).stdout, /^job +waiting +running .*\nnotes\.write +1 +0 +0 +0 +0\n$/)

  const worker = await startGalley(folder, ['work'], {}, /Doing the jobs of notes: 2 kinds, 20 at a time\./)
  await until(async () => (await galley('jobs', 'status')).stdout === '')
  assert.equal(await worker.stop(), 0)
  assert.equal(await server.stop(), 0)
})

test('a dead job is listed with its reason, shown with its input, tried again, and removed', async () => {
  const folder = makeProject(app)
  const galley = (...args: readonly string[]) => runGalley(folder, args)
  const server = await startGalley(folder, ['start'])
  const id = (await galley('jobs', 'add', 'notes.write', '--input', '{"text":"never"}')).stdout.trim()
  const isDead = async () => (await galley('jobs', 'list', '--state', 'dead')).stdout.includes(id)
  await until(isDead)
  await server.stop()
  assert.match((await galley('jobs', 'list')).stdout, / notes\.write +dead +1 +20\S+ +That cannot be written\.\n$/)
  const { input, lastError } = JSON.parse((await galley('jobs', 'show', id)).stdout)
  assert.deepEqual([input, lastError], [{ text: 'never' }, 'That cannot be written.'])
  assert.equal((await galley('jobs', 'retry', '--name', 'notes.write')).stdout, '1 job will be tried again.\n')
  assert.equal(await isDead(), false)
  assert.equal((await galley('jobs', 'cancel', id)).stdout, 'It was taken back.\n')
  const gone = await galley('jobs', 'show', id)
  assert.deepEqual([gone.exitCode, gone.stderr.includes(`There is no such job as ${id}`)], [1, true])
  assert.match((await galley('jobs', 'list')).stderr, /There are no such jobs\./)
})

test('what cannot be meant is refused with a sentence', async () => {
  const folder = makeProject(app)
  await (await startGalley(folder, ['start'])).stop()
  const refused = async (...args: readonly string[]) => {
    const { exitCode, stderr } = await runGalley(folder, args)
    assert.notEqual(exitCode, 0, args.join(' '))
    return stderr
  }
  assert.match(
    await refused('jobs', 'add', 'notes.wirte'),
    /There is no job notes\.wirte\. Did you mean notes\.write\?/,
  )
  assert.match(await refused('jobs', 'add', 'notes.write', '--input', '[1]'), /takes a JSON object/)
  assert.match(await refused('jobs', 'add', 'notes.write'), /input|text/)
  assert.match(await refused('jobs', 'list', '--state', 'gone'), /one of waiting, running, done, dead, cancelled/)
  assert.match(await refused('jobs', 'retry'), /the id of one job, or the --name of many/)
  assert.match(await refused('jobs', 'remove', '--name', 'notes.write', '--state', 'running'), /Cancel it first/)
  assert.match(await refused('work', '--concurrency', '0'), /a number from 1 to 1000/)
})

test('commands that do not serve need nobody who takes payments, and galley start does', async () => {
  const folder = makeProject(`
    import { defineApp } from 'galley'
    import { payments } from 'galley/payments'
    import { simulated } from 'galley/payments/simulated'
    export default defineApp({ name: 'shop', collections: [], roles: { staff: {} }, features: [payments({ provider: simulated() })] })
  `)
  await (await startGalley(folder, ['dev'])).stop()
  assert.match((await runGalley(folder, ['key', 'create', '--name', 'me', '--role', 'staff'])).stdout, /^glk_/)
  assert.equal((await runGalley(folder, ['jobs', 'status'])).exitCode, 0)
  const { exitCode, stderr } = await runGalley(folder, ['start'])
  assert.deepEqual([exitCode, stderr.includes('only galley dev and tests start it')], [1, true])
})

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 60; looks += 1) {
    if (await isSo()) return
    await sleep(200)
  }
  assert.fail('It did not happen.')
}
