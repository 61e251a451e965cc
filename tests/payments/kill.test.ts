import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { testPostgresUrl } from '../postgres-server.ts'
import { openKiosk, settle } from './kiosk.ts'

const rounds = 4

for (const name of ['sqlite', 'postgres'] as const) {
  test(`processes that are killed while people pay take nothing twice and forget nothing, on ${name}`, async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'payments-'))
    after(() => rm(dataDir, { recursive: true, force: true }))
    const database = name === 'sqlite' ? `sqlite:${join(dataDir, 'kiosk.db')}` : await testPostgresUrl()
    for (let round = 0; round < rounds; round++) {
      const shop = await startShop(database, dataDir)
      await wait(500 + Math.random() * 1_000)
      assert.equal(shop.exitCode, null, 'it has not ended by itself')
      shop.kill('SIGKILL')
      await once(shop, 'exit')
    }
    const kiosk = await openKiosk(database, { buyer: 'ada', surroundings: { dataDir } })
    after(() => kiosk.close())
    kiosk.pass(3 * 3_600_000) // what the dead held is free
    await settle(kiosk)
    const { system } = kiosk.app
    const { data: payments } = await system.payments.find({ limit: 10_000 })
    const statuses = new Set(payments.map(({ status }) => status))
    t.diagnostic(`${payments.length} payments`)
    assert.ok(payments.length >= rounds)
    assert.ok(statuses.has('captured'), 'some have paid')
    assert.deepEqual(statuses.isSubsetOf(new Set(['open', 'captured'])), true, [...statuses].join(' '))
    for (const { id, subject, status, capturedAmount, refundedAmount } of payments) {
      const calls = kiosk.provider.control.calls(id).filter(({ kind }) => kind === 'capture')
      const { timesPaid } = await system.orders.get(subject as string)
      const isPaid = status === 'captured' ? 1 : 0
      assert.deepEqual([timesPaid, calls.length], [isPaid, isPaid], id as string)
      assert.deepEqual([capturedAmount, refundedAmount], [isPaid * 5_000, 0])
      assert.equal(kiosk.provider.control.payment(id as string)?.captured ?? 0, capturedAmount)
      const captured = await system.notes.count({ order: subject, what: 'captured' })
      assert.equal(captured, isPaid)
    }
  })
}

async function startShop(database: string, dataDir: string): Promise<ChildProcess> {
  const shop = fork(new URL('kiosk-process.fixture.ts', import.meta.url), [database, dataDir], { silent: true })
  let told = ''
  shop.stderr!.on('data', (data) => {
    told += data
  })
  const ended = once(shop, 'exit').then(() => Promise.reject(new Error(told)))
  await Promise.race([once(shop, 'message'), ended])
  ended.catch(() => {}) // it is going to be killed
  return shop
}
