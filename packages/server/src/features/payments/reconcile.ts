import { isId, type PaymentSnapshot } from '../../plugin.ts'
import type { Payment, PaymentOperation } from './collections.ts'
import { findOperation } from './find-rows.ts'
import { type PaymentsKit, referenceOf, type SettledBy } from './kit.ts'
import { recordAttempt, recordHold } from './record/record-attempt.ts'
import { recordCancellation, recordCapture } from './record/record-end.ts'
import { findRefundElsewhere, recordRefund, recordRefundElsewhere, recordReturned } from './record/record-refund.ts'

/**
 * Asks the provider what it knows of a payment and records what is new. The only way in which anything but the answer to a call is believed.
 *
 * @param payment  as it was just before: what the provider says is later.
 * @returns undefined when the provider knows nothing of it.
 * @throws whatever the provider throws: then nothing is known.
 */
export async function reconcile(
  payment: Payment,
  by: SettledBy,
  kit: PaymentsKit,
): Promise<PaymentSnapshot | undefined> {
  const snapshot = await kit.provider.lookUp(referenceOf(payment))
  if (snapshot === undefined) return undefined
  if (payment.providerId === null) await noteProviderId(payment.id, snapshot.providerId, kit)
  await recordState(payment, snapshot, by, kit)
  // Those that are known first: they may make room for those that are not.
  const refunds = snapshot.refunds.toSorted((one, other) => Number(!isId(one.key)) - Number(!isId(other.key)))
  for (const refund of refunds) await recordRefundState(payment, refund, by, kit)
  return snapshot
}

/** Whatever has become of the call: the provider is surest asked by its own id. */
export async function noteProviderId(
  paymentId: string,
  providerId: string | undefined,
  kit: PaymentsKit,
): Promise<void> {
  if (providerId === undefined) return
  const { context, provider } = kit
  await context.db.payments.updateIf(paymentId, { providerId: null }, { providerId, provider: provider.name })
}

async function recordState(
  payment: Payment,
  snapshot: PaymentSnapshot,
  by: SettledBy,
  kit: PaymentsKit,
): Promise<void> {
  const states: Readonly<Record<PaymentSnapshot['state'], () => Promise<void>>> = {
    open: () => recordFailedChallenge(payment, snapshot, by, kit),
    pending: async () => {},
    requiresAction: () => recordAsked(payment, snapshot, by, kit),
    authorized: () => recordHeld(payment, snapshot, by, kit),
    async captured() {
      await recordHeld(payment, snapshot, by, kit)
      await recordCapture(payment.id, snapshot.capturedAmount, by, kit)
    },
    cancelled: () => recordCancellation(payment.id, by, kit),
  }
  await states[snapshot.state]()
}

async function recordHeld(
  { id, status }: Payment,
  { providerId, method }: PaymentSnapshot,
  by: SettledBy,
  kit: PaymentsKit,
): Promise<void> {
  if (status === 'cancelled' || status === 'failed')
    return kit.context.log.error({ payment: id, providerId }, 'The provider holds money for a payment that has ended.')
  if (isNewlyHeld.has(status))
    await kit.context.transaction((effects) => recordHold(id, { providerId, method }, by, kit, effects))
}

const isNewlyHeld: ReadonlySet<Payment['status']> = new Set(['open', 'processing', 'challenged', 'cancelling'])

/** The payer was challenged, and the challenge is gone without a hold. Nothing else can be read from a payment that is open. */
async function recordFailedChallenge(
  payment: Payment,
  snapshot: PaymentSnapshot,
  by: SettledBy,
  kit: PaymentsKit,
): Promise<void> {
  const attempt = payment.status === 'challenged' ? await attemptOf(payment, kit) : undefined
  if (attempt === undefined) return
  const { providerId, decline = { code: 'authentication_failed', message: 'The payment was not confirmed.' } } =
    snapshot
  await recordAttempt(attempt, { outcome: 'declined', providerId, ...decline }, by, kit)
}

async function recordAsked(
  payment: Payment,
  { providerId, challenge = {} }: PaymentSnapshot,
  by: SettledBy,
  kit: PaymentsKit,
) {
  const attempt = await attemptOf(payment, kit)
  if (attempt !== undefined) await recordAttempt(attempt, { outcome: 'requiresAction', providerId, challenge }, by, kit)
}

/** The attempt that the payment waits for. */
export async function attemptOf({ attempt }: Payment, { context }: PaymentsKit): Promise<PaymentOperation | undefined> {
  return attempt === null ? undefined : findOperation(attempt, context.db)
}

async function recordRefundState(
  payment: Payment,
  refund: PaymentSnapshot['refunds'][number],
  by: SettledBy,
  kit: PaymentsKit,
): Promise<void> {
  const { key, id, state } = refund
  const { db } = kit.context
  const operation = (isId(key) && (await findOperation(key, db))) || (await findRefundElsewhere(payment, id, db))
  if (operation === undefined) {
    if (state === 'succeeded') await recordRefundElsewhere(payment, refund, by, kit)
    return
  }
  const refused = { outcome: 'failed', code: 'refund_failed', message: 'The refund was not taken.' } as const
  if (operation.settledAt === null)
    await recordRefund(operation, state === 'failed' ? refused : { outcome: state, providerId: id }, by, kit)
  else if (operation.state === 'succeeded' && state === 'failed') await recordReturned(operation, by, kit)
}
