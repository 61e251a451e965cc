import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { isSignedStandard, newWebhookSecret, standardWebhookHeaders, webhookKey } from './standard-webhooks.ts'

const nowSeconds = () => Math.floor(Date.now() / 1_000)

test('what is signed here is taken by the library of Standard Webhooks, and the other way around', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), fc.string({ unit: 'binary' }), (key, body) => {
      const secret = `whsec_${Buffer.from(key).toString('base64')}`
      const message = { id: 'msg_1', timestamp: nowSeconds(), body: JSON.stringify({ body }) }
      const theirs = new Webhook(secret)
      assert.deepEqual(theirs.verify(message.body, standardWebhookHeaders(message, [key])), { body })
      const signature = theirs.sign(message.id, new Date(message.timestamp * 1_000), message.body)
      assert.ok(isSignedStandard(message, signature, [webhookKey(secret)!]))
    }),
    { numRuns: 50 },
  )
})

test('while a secret is being replaced either of the two opens what is sent', () => {
  const [old, next] = [newWebhookSecret(), newWebhookSecret()]
  const message = { id: 'msg_1', timestamp: nowSeconds(), body: '{}' }
  const headers = standardWebhookHeaders(message, [webhookKey(next)!, webhookKey(old)!])
  for (const secret of [old, next]) assert.deepEqual(new Webhook(secret).verify('{}', headers), {})
  assert.throws(() => new Webhook(newWebhookSecret()).verify('{}', headers))
})

test('a signature of another id, moment, body or key is none', () => {
  const key = randomBytes(32)
  const message = { id: 'msg_1', timestamp: 1_700_000_000, body: '{"a":1}' }
  const header = standardWebhookHeaders(message, [key])['webhook-signature']!
  assert.ok(isSignedStandard(message, header, [randomBytes(32), key]))
  for (const other of [{ id: 'msg_2' }, { timestamp: 1_700_000_001 }, { body: '{"a":2}' }])
    assert.ok(!isSignedStandard({ ...message, ...other }, header, [key]))
  assert.ok(!isSignedStandard(message, header, [randomBytes(32)]))
  for (const bad of ['', 'v1,', 'v1', header.slice(3), header.replace('v1,', 'v1a,'), header.slice(0, -2)])
    assert.ok(!isSignedStandard(message, bad, [key]), bad)
})

test('a secret is 24 to 64 bytes as base64, whsec_ or not', () => {
  assert.equal(webhookKey(newWebhookSecret())?.length, 32)
  assert.equal(webhookKey(randomBytes(24).toString('base64'))?.length, 24)
  for (const bad of ['', 'whsec_', 'whsec_c2hvcnQ=', 'whsec_****', 'whsec_ AAAA', randomBytes(65).toString('base64')])
    assert.equal(webhookKey(bad), undefined, bad)
})
