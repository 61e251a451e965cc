import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import Stripe from 'stripe'
import { newWebhookSecret, standardWebhookHeaders, webhookKey } from '../base/standard-webhooks.ts'
import { stripeSignatureHeader } from '../base/stripe-signature.ts'
import type { VerifyWebhook } from './incoming-webhook.ts'
import { standardWebhooks, stripeSignature } from './webhook-verifiers.ts'

const nowMs = Date.parse('2026-03-01T09:00:00.000Z')
const now = nowMs / 1_000
const rawBody = Buffer.from('{"id":"evt_1","type":"payment_intent.succeeded"}')

const stripe = (header: string, verify: VerifyWebhook, body = rawBody) =>
  verify({ rawBody: body, headers: { 'stripe-signature': header }, nowMs })

test('what Stripe has signed is taken, by any of the secrets, and nothing else is', () => {
  const verify = stripeSignature({ secret: ['whsec_old', 'whsec_new'] })
  for (const secret of ['whsec_old', 'whsec_new'])
    assert.equal(stripe(stripeSignatureHeader(now, rawBody, secret), verify), true)
  assert.equal(stripe(stripeSignatureHeader(now, rawBody, 'whsec_other'), verify), false)
  assert.equal(stripe(stripeSignatureHeader(now, rawBody, 'whsec_new'), verify, Buffer.from('{}')), false)
})

test('what the library of Stripe signs is taken, and the other way around', () => {
  const { webhooks } = new Stripe('sk_test_none')
  const payload = rawBody.toString()
  const secret = 'whsec_test'
  const verify = stripeSignature({ secret })
  assert.equal(stripe(webhooks.generateTestHeaderString({ payload, secret, timestamp: now }), verify), true)
  assert.equal(stripe(webhooks.generateTestHeaderString({ payload, secret: 'other', timestamp: now }), verify), false)
  const nowSeconds = Math.floor(Date.now() / 1_000)
  const event = webhooks.constructEvent(payload, stripeSignatureHeader(nowSeconds, payload, secret), secret)
  assert.equal(event.id, 'evt_1')
})

test('the header of Stripe is read as its documentation says, other schemes passed over', () => {
  const verify = stripeSignature({ secret: 'whsec_test' })
  const right = createHmac('sha256', 'whsec_test').update(`${now}.${rawBody}`).digest('hex')
  const wrong = '0'.repeat(64)
  for (const header of [
    `t=${now},v1=${right}`,
    `t=${now}, v1=${right}`,
    `t=${now},v1=${wrong},v1=${right},v0=${wrong}`,
  ])
    assert.equal(stripe(header, verify), true, header)
  const bad = [
    '',
    `v1=${right}`,
    `t=${now}`,
    `t=${now},v0=${right}`,
    `t=${now},v1=${right.slice(2)}`,
    `t=x,v1=${right}`,
  ]
  const twice = [`t=${now},t=${now + 1},v1=${right}`, `t=${now},v1=`, `t=,v1=${right}`]
  for (const header of [...bad, ...twice]) assert.equal(stripe(header, verify), false, header)
})

test('what was signed more than five minutes ago, or later than now, is not taken', () => {
  const verify = stripeSignature({ secret: 'whsec_test' })
  for (const [seconds, expected] of [
    [-300, true],
    [300, true],
    [-301, false],
    [301, false],
  ] as const)
    assert.equal(stripe(stripeSignatureHeader(now + seconds, rawBody, 'whsec_test'), verify), expected, `${seconds}`)
})

test('Standard Webhooks are taken within their time, and not without an id', () => {
  const secret = newWebhookSecret()
  const verify = standardWebhooks({ secret: () => [undefined, secret] })
  const headersAt = (timestamp: number) =>
    standardWebhookHeaders({ id: 'msg_1', timestamp, body: rawBody }, [webhookKey(secret)!])
  const isTaken = (headers: Record<string, string>) => verify({ rawBody, headers, nowMs })
  assert.equal(isTaken(headersAt(now)), true)
  assert.equal(isTaken(headersAt(now - 301)), false)
  const { 'webhook-id': _id, ...without } = headersAt(now)
  assert.equal(isTaken(without), false)
  assert.equal(isTaken({ ...headersAt(now), 'webhook-timestamp': `${now}.0` }), false)
  assert.equal(isTaken({}), false)
})

test('without a secret nothing is taken, whatever it is signed with', () => {
  for (const secret of ['', undefined, [], [''], () => undefined]) {
    const verify = stripeSignature({ secret: () => (typeof secret === 'function' ? secret() : secret) })
    assert.throws(() => stripe(stripeSignatureHeader(now, rawBody, ''), verify), { code: 'webhooks_secret_missing' })
    assert.throws(() => standardWebhooks({ secret })({ rawBody, headers: {}, nowMs }), {
      code: 'webhooks_secret_missing',
    })
  }
  const short = standardWebhooks({ secret: randomBytes(8).toString('base64') })
  assert.throws(() => short({ rawBody, headers: {}, nowMs }), { code: 'webhooks_secret_malformed' })
})
