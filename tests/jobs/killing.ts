import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type OpenApp, openApp } from '../../packages/server/src/app/open-app.ts'
import { silentLog } from '../../packages/server/src/base/silent-log.ts'
import { system } from '../../packages/server/src/index.ts'
import { databases, type TestDatabase } from '../databases.ts'
import { mark, step, tallyApp } from './tally-app.ts'
import { TallyWorkers } from './tally-workers.ts'

const rounds = 100
const lines = 10
const stepsPerRound = 2
const marksPerRound = 30
const leaseMs = 400

const folder = mkdtempSync(join(tmpdir(), 'galley-kill-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Registers the test; in a file of its own for each database, so that they run at the same time. */
export function killWorkersOn(name: TestDatabase['name']): void {
  test(`workers that are killed ${rounds} times lose no job, do no effect twice and keep the order of a key, on ${name}`, async () => {
    const { projectUrl } = databases.find((database) => database.name === name)!
    const databaseUrl = (await projectUrl()) || `sqlite:${join(folder, 'kill.db')}`
    const app = await openApp(tallyApp, { databaseUrl, log: silentLog, migrate: 'safe' })
    const workers = new TallyWorkers(databaseUrl, leaseMs, join(folder, 'cache'))
    try {
      await killInRounds(app, workers)
      await noneLeft(app)
      assert.deepEqual(await read(app, 'faults', 'what'), [])
      assert.deepEqual(await read(app, 'tallies', 'last'), Array(lines).fill(rounds * stepsPerRound))
      const marks = await read(app, 'effects', 'job')
      assert.equal(marks.length, rounds * marksPerRound)
      assert.equal(new Set(marks).size, marks.length)
    } finally {
      await workers.killAll()
      await app.close()
    }
  })
}

/** Two do jobs: while one of them is killed, another one begins. */
async function killInRounds(app: OpenApp, workers: TallyWorkers): Promise<void> {
  const lineIds = await addLines(app)
  await Promise.all([workers.startOne(), workers.startOne()])
  for (let round = 1; round <= rounds; round += 1) {
    const next = workers.startOne()
    await addJobs(app, lineIds, round)
    await sleep(Math.random() * 120)
    await workers.killOne()
    await next
  }
}

async function addLines(app: OpenApp): Promise<readonly string[]> {
  const tallies = await Promise.all(Array.from({ length: lines }, () => app.db.tallies!.create({ last: 0 })))
  return tallies.map(({ id }) => String(id))
}

/** The next steps of each line, and some jobs in no order. */
async function addJobs({ operations }: OpenApp, lineIds: readonly string[], round: number): Promise<void> {
  await operations.transact({ actor: system, now: new Date().toISOString(), requestId: 'test' }, async ({ jobs }) => {
    for (let number = (round - 1) * stepsPerRound + 1; number <= round * stepsPerRound; number += 1)
      for (const tally of lineIds) await jobs.add(step, { tally, number }, { key: tally })
    for (let count = 0; count < marksPerRound; count += 1) await jobs.add(mark, {})
  })
}

async function noneLeft({ queue }: OpenApp): Promise<void> {
  const deadlineMs = Date.now() + 40_000
  for (;;) {
    const counts = await queue.count()
    if (counts.length === 0) return
    assert.ok(Date.now() < deadlineMs, `jobs are left: ${JSON.stringify(counts)}`)
    await sleep(50)
  }
}

/** A field of all records of a collection. */
async function read(app: OpenApp, collection: string, field: string): Promise<readonly unknown[]> {
  const values: unknown[] = []
  let after: string | undefined
  do {
    const { data, page } = await app.db[collection]!.find({ limit: 100, ...(after !== undefined && { after }) })
    values.push(...data.map((record) => record[field]))
    after = page.next ?? undefined
  } while (after !== undefined)
  return values
}
