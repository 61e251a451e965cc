import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { paymentsContract } from '../../../testing/payments.contract.ts'
import { simulated, simulatedCards } from './index.ts'

const startedAt = new Date().toISOString()
const key = randomBytes(32)
const place = {
  isDevelopment: true,
  dataDir: undefined,
  baseUrl: 'http://localhost:3000',
  variables: {},
  secret: async () => key,
  nowMs: Date.now,
}

paymentsContract('simulated', async () => {
  const declaration = simulated()
  const { control } = declaration
  control.sendMessagesTo(undefined)
  const provider = await declaration.open(place)
  return {
    provider,
    methods: {
      succeeds: '4242 4242 4242 4242',
      declined: '4000000000009995',
      challenged: '4000000000003220',
      failsToRefund: '4000000000005126',
    },
    loseNextAnswer: () => control.next('any', 'answerLost'),
    loseNextCall: () => control.next('any', 'neverArrives'),
    async answerChallenge(providerId, isApproved) {
      const [call] = control.calls().filter(({ answer }) => answer.includes(providerId))
      const { challenge } = control.payment(call!.reference)!
      await provider.rehearsal!.answerChallenge(challenge!, isApproved)
    },
    lastMessage() {
      const { body, headers } = control.messages().at(-1)!
      return { rawBody: Buffer.from(body), headers, nowMs: Date.now() }
    },
    close: async () => {},
  }
})

test('the simulated provider does not start in production, unless it is told to', async () => {
  const production = { ...place, isDevelopment: false }
  await assert.rejects(simulated().open(production), { code: 'payments_only_rehearsed' })
  await (await simulated({ inProduction: true }).open(production)).close()
  await (await simulated().open({ ...production, isServing: false })).close()
})

test('processes that share a folder share what the simulated provider knows, and a call is done once', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'simulated-'))
  after(() => rm(dataDir, { recursive: true, force: true }))
  const both = await Promise.all(
    [simulated(), simulated()].map((declared) => declared.open({ ...place, baseUrl: undefined, dataDir })),
  )
  const payment = { reference: 'a', key: 'b', amount: 100, currency: 'EUR', startedAt, method: '4242424242424242' }
  const outcomes = await Promise.all(both.map((provider) => provider.authorize(payment)))
  assert.deepEqual(outcomes[0], outcomes[1])
  const refunds = both.map((provider) => provider.capture({ ...payment, key: 'c', captureAmount: 60 }))
  assert.deepEqual(
    (await Promise.all(refunds)).map(({ outcome }) => outcome),
    ['succeeded', 'succeeded'],
  )
  for (const provider of both) {
    assert.equal((await provider.lookUp(payment))!.capturedAmount, 60)
    await provider.close()
  }
})

test('the guide lists every card there is', async () => {
  const guide = await readFile(new URL('../../../../../../docs/guide/payments.md', import.meta.url), 'utf8')
  const listed = [...guide.matchAll(/`((?:\d{4} ){3}\d{4})`/g)].map(([, number]) => number!.replaceAll(' ', ''))
  assert.deepEqual(new Set(listed), new Set(Object.keys(simulatedCards)))
})

test('a message that is not taken is sent again', async () => {
  const statuses = [503, 200]
  const ids: unknown[] = []
  const server = createServer((request, response) => {
    ids.push(request.headers['webhook-id'])
    response.writeHead(statuses.shift() ?? 200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  const declared = simulated()
  declared.control.sendMessagesTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const provider = await declared.open(place)
  const method = '4242424242424242'
  await provider.authorize({ reference: 'a', key: 'b', amount: 100, currency: 'EUR', startedAt, method })
  await declared.control.messagesTaken()
  assert.equal(ids.length, 2)
  assert.equal(ids[0], ids[1])
  await provider.close()
})
