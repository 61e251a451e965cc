import { paymentsContract } from '../../../testing/payments.contract.ts'
import { stripeAt } from './stripe.ts'
import { StripeServer } from './stripe-server.fixture.ts'

async function open() {
  const server = new StripeServer()
  const address = await server.listen()
  const declaration = stripeAt(address, { secretKey: 'sk_test_fixture', webhookSecret: server.webhookSecret })
  const provider = await declaration.open({
    isDevelopment: false,
    dataDir: undefined,
    baseUrl: undefined,
    variables: {},
    secret: async () => new Uint8Array(32),
    now: Date.now,
  })
  return { server, provider }
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
