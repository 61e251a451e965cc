import { defineErrors } from '../base/error.ts'
import { isRecent } from '../base/is-recent.ts'
import { isSignedStandard, webhookKey } from '../base/standard-webhooks.ts'
import { isSignedStripe, parseStripeSignature } from '../base/stripe-signature.ts'
import type { VerifyWebhook } from './incoming-webhook.ts'

/** One secret, several while one is being replaced, or a function that gives them when they are needed. */
export type WebhookSecret = SecretValue | (() => SecretValue)
type SecretValue = string | readonly (string | undefined)[] | undefined

export interface SignatureOptions {
  /** A function reads the environment when something arrives: `() => process.env.STRIPE_WEBHOOK_SECRET`. */
  readonly secret: WebhookSecret
  /** How far the time of the signature may be from now, both ways. Default 300. */
  readonly toleranceSeconds?: number
}

export const verifierErrors = defineErrors('webhooks', {
  secret_missing: {
    category: 'unavailable',
    message: 'Webhooks of this sender are not taken yet: no secret is set to check them with.',
  },
  secret_malformed: {
    category: 'internal',
    message: 'The secret of a webhook is not one of Standard Webhooks: whsec_ and 24 to 64 bytes as base64.',
  },
})

/**
 * Takes what Stripe signs with the header `Stripe-Signature` (`t=…,v1=…`).
 *
 * Without a secret nothing is taken: 503, and the sender tries again later.
 */
export function stripeSignature({ secret, toleranceSeconds = 300 }: SignatureOptions): VerifyWebhook {
  return ({ rawBody, headers, nowMs }) => {
    const secrets = secretsOf(secret)
    const signature = parseStripeSignature(headers['stripe-signature'] ?? '')
    if (signature === undefined) return false
    return isSignedStripe(signature, rawBody, secrets) && isRecent(signature.timestamp, nowMs, toleranceSeconds)
  }
}

/**
 * Takes what is signed by Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
 *
 * Without a secret nothing is taken: 503, and the sender tries again later.
 */
export function standardWebhooks({ secret, toleranceSeconds = 300 }: SignatureOptions): VerifyWebhook {
  return ({ rawBody, headers, nowMs }) => {
    const keys = secretsOf(secret).map(keyOf)
    const { 'webhook-id': id = '', 'webhook-timestamp': time = '', 'webhook-signature': signatures = '' } = headers
    if (id === '' || !/^\d{1,12}$/.test(time)) return false
    const message = { id, timestamp: Number(time), body: rawBody }
    return isSignedStandard(message, signatures, keys) && isRecent(message.timestamp, nowMs, toleranceSeconds)
  }
}

/** With an empty secret anybody could sign. @throws webhooks_secret_missing */
function secretsOf(secret: WebhookSecret): readonly string[] {
  const given = typeof secret === 'function' ? secret() : secret
  const secrets = [given].flat().filter((each) => each !== undefined && each !== '')
  if (secrets.length === 0) throw verifierErrors.secret_missing()
  return secrets as readonly string[]
}

/** @throws webhooks_secret_malformed */
function keyOf(secret: string): Buffer {
  const key = webhookKey(secret)
  if (key === undefined) throw verifierErrors.secret_malformed()
  return key
}
