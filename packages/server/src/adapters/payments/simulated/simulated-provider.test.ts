import { randomBytes } from 'node:crypto'
import { paymentsContract } from '../../../testing/payments.contract.ts'
import { simulated } from './index.ts'

const key = randomBytes(32)
const place = {
  isDevelopment: true,
  dataDir: undefined,
  baseUrl: 'http://localhost:3000',
  variables: {},
  secret: async () => key,
  now: Date.now,
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
