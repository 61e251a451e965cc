import { choice, object, type PaymentSnapshot, text, url } from '../../plugin.ts'
import { type Payment, paymentStatuses } from './collections.ts'

/** What a payer is told of a payment. */
export const viewFields = {
  id: text(),
  status: choice(paymentStatuses),
  /** What the payer has to do first, where it is `challenged`. */
  challenge: object({ url: url({ optional: true }), clientSecret: text({ optional: true }) }, { optional: true }),
  /** Why the last attempt was declined. */
  decline: object({ code: text(), message: text() }, { optional: true }),
}

export function viewOf({ id, status, decline }: Payment, snapshot: PaymentSnapshot | undefined): object {
  const { url: page = null, clientSecret = null } = snapshot?.challenge ?? {}
  const isAsked = status === 'challenged' && snapshot?.challenge !== undefined
  return { id, status, challenge: isAsked ? { url: page, clientSecret } : null, decline }
}
