import { defineErrors } from '../base/error.ts'

export const paymentErrors = defineErrors('payments', {
  not_configured: {
    category: 'internal',
    message: 'Payments by {provider} are not set up. Set {missing}, or give it in the options of {provider}().',
  },
  driver_missing: {
    category: 'internal',
    message: 'The package {driver} is not installed. Install it with npm install {driver}.',
  },
  only_rehearsed: {
    category: 'internal',
    message:
      'The simulated provider takes no money, so only galley dev and tests start it. For galley start name another provider, or say simulated({ inProduction: true }).',
  },
  message_secret_missing: {
    category: 'unavailable',
    message: 'Messages of the provider of payments are not taken yet: {missing} is not set.',
  },
})
