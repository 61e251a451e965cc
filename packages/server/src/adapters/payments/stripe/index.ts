/** What applications import as `galley/payments/stripe`. */
export { type StripeOptions, stripe } from './stripe.ts'
