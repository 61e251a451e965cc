import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goalsOf, resultLines } from './report.ts'
import { works } from './works.ts'

const work = works.find(({ name }) => name === 'read-one')!
const figures = [
  { label: 'bare', rate: 1000, p99Ms: 1, cpuUs: 10, refused: 0 },
  { label: 'galley', rate: 900, p99Ms: 2, cpuUs: 20, refused: 0 },
  { label: 'express', rate: 250, p99Ms: 3, cpuUs: 50, refused: 1 },
  { label: 'fastify', rate: 300, p99Ms: 3, cpuUs: 40, refused: 0 },
]

test('a goal is that of its database, and what people write is the fastest of them', () => {
  const goals = goalsOf({ work, database: 'sqlite', figures })
  assert.deepEqual(
    goals.map(({ against, atLeast, rateRatio, cpuRatio }) => [against, atLeast, rateRatio, cpuRatio]),
    [
      ['bare', 0.85, 0.9, 0.5],
      ['fastify', 2.5, 3, 2],
      ['express', 3, 3.6, 2.5],
    ],
  )
  assert.equal(goalsOf({ work, database: 'postgres', figures })[0]!.atLeast, 0.95)
})

test('a goal nobody was measured for is not told', () => {
  assert.deepEqual(goalsOf({ work, database: 'sqlite', figures: figures.slice(0, 1) }), [])
})

test('what was refused is told beside what it belongs to', () => {
  const lines = resultLines({ work, database: 'sqlite', figures })
  assert.match(lines[2]!, /express .*\(1 refused\)$/)
  assert.match(
    lines.join('\n'),
    /goal: galley at least 0.85 × bare\. Measured 0.90 \(0.50 by processor time\): reached/,
  )
})
