import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newId } from '../../../base/id.ts'
import { paymentsContract } from '../../../testing/payments.contract.ts'
import { stripe, stripeAt } from './stripe.ts'
import { StripeServer } from './stripe-server.fixture.ts'

const place = {
  isDevelopment: false,
  dataDir: undefined,
  baseUrl: undefined,
  variables: {},
  secret: async () => new Uint8Array(32),
  nowMs: Date.now,
}

const startedAt = new Date().toISOString()

async function open() {
  const server = new StripeServer()
  const address = await server.listen()
  const declaration = stripeAt(address, { secretKey: 'sk_test_fixture', webhookSecret: server.webhookSecret })
  const provider = await declaration.open(place)
  return { server, address, provider }
}

paymentsContract('stripe', async () => {
  const { server, provider } = await open()
  return {
    provider,
    methods: {
      succeeds: 'pm_card_visa',
      declined: 'pm_card_chargeDeclinedInsufficientFunds',
      challenged: 'pm_card_threeDSecure2Required',
      failsToRefund: 'pm_card_refundFail',
    },
    // The library itself calls again, once, when a connection was closed.
    loseNextAnswer: () => void server.mishaps.push('answerLost', 'answerLost'),
    loseNextCall: () => void server.mishaps.push('neverArrives', 'neverArrives'),
    answerChallenge: async (id, isApproved) => server.answerChallenge(id, isApproved),
    lastMessage: () => server.lastMessage(Date.now()),
    close: () => server.close(),
  }
})

test('without its key the application does not start in production, and without its secret no message is taken', async () => {
  await assert.rejects(stripe().open(place), { code: 'payments_not_configured', message: /Set STRIPE_SECRET_KEY/ })
  const developed = await stripe().open({ ...place, isDevelopment: true })
  const payment = { reference: 'a', amount: 100, currency: 'EUR', startedAt }
  await assert.rejects(developed.lookUp(payment), { code: 'payments_not_configured' })
  await (await stripe().open({ ...place, isServing: false })).close()
  const variables = { STRIPE_SECRET_KEY: 'sk_test_fixture' }
  const provider = await stripe().open({ ...place, variables })
  const message = { rawBody: Buffer.from('{}'), headers: { 'stripe-signature': 't=1,v1=00' }, nowMs: 1_000 }
  assert.throws(() => provider.isGenuine(message), { code: 'payments_message_secret_missing' })
})

test('a message is genuine by either secret while one is being replaced', async () => {
  const { server } = await open()
  after(() => server.close())
  const secrets = ['whsec_new', server.webhookSecret]
  const provider = await stripe({ secretKey: 'sk_test_fixture', webhookSecret: secrets }).open(place)
  server.events.push('{"id":"evt_1"}')
  const message = server.lastMessage(Date.now())
  assert.equal(provider.isGenuine(message), true)
  assert.equal(provider.newsFrom(message.rawBody), undefined)
})

test('every call names the version of the API and its key, and amounts are in units of Stripe', async () => {
  const { server, provider } = await open()
  after(() => server.close())
  const payment = { reference: 'a', amount: 500, currency: 'ISK', startedAt, description: 'Tea & "cake"' }
  await provider.authorize({ ...payment, key: 'b', method: 'pm_card_visa' })
  const [create, confirm] = server.requests
  assert.equal(create!.key, 'a:create')
  const { amount, currency, description } = create!.form
  assert.deepEqual({ amount, currency, description }, { amount: '50000', currency: 'isk', description: 'Tea & "cake"' })
  assert.deepEqual([confirm!.key, confirm!.form.payment_method], ['b', 'pm_card_visa'])
})

test('what Stripe cannot take, and what it refuses for good, has failed', async () => {
  const { server, provider } = await open()
  after(() => server.close())
  const method = 'pm_card_visa'
  const small = await provider.authorize({ reference: 'a', key: 'b', amount: 10, currency: 'EUR', startedAt, method })
  assert.deepEqual([small.outcome, (small as { code: string }).code], ['failed', 'amount_too_small'])
  const half = await provider.authorize({ reference: 'c', key: 'd', amount: 1_050, currency: 'MGA', startedAt, method })
  assert.deepEqual([half.outcome, (half as { code: string }).code], ['failed', 'amount_not_possible'])
})

test('a method that does not exist is a decline: another may do', async () => {
  const { server, provider } = await open()
  after(() => server.close())
  const payment = { reference: 'a', amount: 1_000, currency: 'EUR', startedAt }
  const unknown = await provider.authorize({ ...payment, key: 'b', method: 'pm_gone' })
  assert.deepEqual([unknown.outcome, (unknown as { code: string }).code], ['declined', 'resource_missing'])
  const known = await provider.authorize({ ...payment, key: 'c', method: 'pm_card_visa' })
  assert.equal(known.outcome, 'succeeded')
})

test('a wrong key, too many calls, and a call that is still under way say nothing of the outcome', async () => {
  const { server, address, provider } = await open()
  after(() => server.close())
  const payment = { reference: 'a', key: 'b', amount: 1_000, currency: 'EUR', startedAt, method: 'pm_card_visa' }
  server.mishaps.push('tooMany')
  await assert.rejects(provider.authorize(payment), { name: 'OutcomeUnknown' })
  server.workMs = 50
  const both = await Promise.allSettled([provider.authorize(payment), provider.authorize(payment)])
  const refused = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult
  assert.equal(refused.reason.name, 'OutcomeUnknown')
  const stranger = stripeAt(address, { secretKey: 'sk_test_wrong' })
  await assert.rejects((await stranger.open(place)).authorize(payment), { name: 'OutcomeUnknown' })
})

test('a payment is found again when Stripe has forgotten the key that it was made by', async () => {
  const { server, provider } = await open()
  after(() => server.close())
  const dayAgo = new Date(Date.now() - 86_400_000).toISOString()
  const payment = { reference: newId(), amount: 1_000, currency: 'EUR', startedAt: dayAgo }
  await provider.authorize({ ...payment, key: 'a', method: 'pm_card_visa' })
  server.forgetKeys()
  assert.equal((await provider.lookUp(payment))!.state, 'authorized')
  await provider.authorize({ ...payment, key: 'b', method: 'pm_card_visa' })
  assert.equal(server.intents().length, 1)
})

test('an outcome that is not known tells the id that is', async () => {
  const { server, provider } = await open()
  after(() => server.close())
  server.mishaps.push('error500')
  const payment = { reference: newId(), amount: 1_000, currency: 'EUR', startedAt }
  const [{ id }] = (await provider.authorize({ ...payment, key: newId(), method: 'pm_card_visa' }).then(
    () => [],
    (error) => [{ id: error.providerId }],
  )) as [{ id: string }]
  assert.equal(id, server.intents()[0]!.id)
})
