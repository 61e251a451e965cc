import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** What is signed by Standard Webhooks 1.0.0 (https://www.standardwebhooks.com). */
export interface SignedMessage {
  readonly id: string
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly body: string | Uint8Array
}

const mark = 'whsec_'

/** Makes a secret to sign with: `whsec_` and 32 random bytes as base64. */
export function newWebhookSecret(): string {
  return mark + randomBytes(32).toString('base64')
}

/** The key in a secret, with or without `whsec_`; undefined when it is none: 24 to 64 bytes as base64. */
export function webhookKey(secret: string): Buffer | undefined {
  const encoded = secret.startsWith(mark) ? secret.slice(mark.length) : secret
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(encoded)) return undefined
  const key = Buffer.from(encoded, 'base64')
  return key.length >= 24 && key.length <= 64 ? key : undefined
}

/** Headers that show who sent a message; with several keys one signature for each, as while a secret is being replaced. */
export function standardWebhookHeaders(message: SignedMessage, keys: readonly Uint8Array[]): Record<string, string> {
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestamp),
    'webhook-signature': keys.map((key) => `v1,${signatureOf(message, key).toString('base64')}`).join(' '),
  }
}

/** Whether one of the signatures in the header is by one of the keys. The time it takes does not depend on what is wrong. */
export function isSignedStandard(message: SignedMessage, header: string, keys: readonly Uint8Array[]): boolean {
  const given = header
    .split(' ', maxSignatures)
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice(3), 'base64'))
  return isOneOf(
    given,
    keys.map((key) => signatureOf(message, key)),
  )
}

/** More than anybody sends; each is compared. */
export const maxSignatures = 20

function signatureOf({ id, timestamp, body }: SignedMessage, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
}

/** Whether the lists share an element, comparing all with all. */
export function isOneOf(given: readonly Buffer[], expected: readonly Buffer[]): boolean {
  let isFound = false
  for (const one of given)
    for (const other of expected) if (one.length === other.length && timingSafeEqual(one, other)) isFound = true
  return isFound
}
