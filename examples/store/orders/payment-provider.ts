import { simulated } from 'galley/payments/simulated'

/**
 * Who takes the money: nobody, so that the shop can be tried by whoever starts it. Yours has `stripe()` of `galley/payments/stripe` here.
 * What numbers of cards do is in docs/guide/payments.md.
 */
export const paymentProvider = simulated({ inProduction: true })
