import { createHmac } from 'node:crypto'
import { isOneOf, maxSignatures } from './standard-webhooks.ts'

/** The header `Stripe-Signature`: `t=1492774577,v1=5257a8…,v1=…`. */
export interface StripeSignature {
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly signatures: readonly Buffer[]
}

/** Reads the header; undefined when it is none. Signatures of other schemes are passed over, as Stripe asks for. */
export function parseStripeSignature(header: string): StripeSignature | undefined {
  const parts = header.split(',', maxSignatures).map((part) => part.trim().split('=', 2))
  const valuesOf = (name: string) =>
    parts.flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []))
  const [time, ...others] = valuesOf('t')
  if (time === undefined || others.length > 0 || !/^\d{1,12}$/.test(time)) return undefined
  const signatures = valuesOf('v1').map((hex) => Buffer.from(hex, 'hex'))
  return { timestamp: Number(time), signatures }
}

/** Whether one of the signatures is by one of the secrets. The time it takes does not depend on what is wrong. */
export function isSignedStripe(
  { timestamp, signatures }: StripeSignature,
  body: Uint8Array,
  secrets: readonly string[],
): boolean {
  const expected = secrets.map((secret) => createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest())
  return isOneOf(signatures, expected)
}

/** The header that Stripe would send: for services that stand in for it. */
export function stripeSignatureHeader(timestamp: number, body: string | Uint8Array, secret: string): string {
  return `t=${timestamp},v1=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`
}
