import type { PaymentSnapshot, RefundOutcome } from '../../../plugin.ts'
import type { Payment, PaymentOperation, PaymentsDb } from '../collections.ts'
import { type Effects, type PaymentsKit, type SettledBy, tell } from '../kit.ts'
import { endOperation, noteElsewhere } from './operation-rows.ts'

/** Records what has become of a refund, and tells the application: once, whoever says so and how often. */
export async function recordRefund(
  operation: PaymentOperation,
  outcome: RefundOutcome,
  by: SettledBy,
  kit: PaymentsKit,
): Promise<void> {
  await kit.context.transaction(async (effects) => {
    if (outcome.outcome === 'succeeded') return recordGivenBack(operation, by, kit, effects)
    if (outcome.outcome === 'failed') return recordNotGivenBack(operation, outcome, by, kit, effects)
    const isCalled = { state: { in: ['running', 'unknown'] as const } }
    await effects.db['payment-operations'].updateIf(operation.id, isCalled, { state: 'pending' })
  })
}

async function recordGivenBack(
  { id }: PaymentOperation,
  by: SettledBy,
  kit: PaymentsKit,
  effects: Effects,
): Promise<void> {
  const ended = await endOperation(id, { state: 'succeeded' }, by, effects)
  if (ended === undefined) return
  const payment = await effects.db.payments.update(ended.payment, { refundedAmount: { increment: ended.amount } })
  await tell(kit.on.refunded, payment, ended, effects)
}

async function recordNotGivenBack(
  { id }: PaymentOperation,
  { code, message }: Extract<RefundOutcome, { outcome: 'failed' }>,
  by: SettledBy,
  kit: PaymentsKit,
  effects: Effects,
): Promise<void> {
  const ended = await endOperation(id, { state: 'failed', code, message }, by, effects)
  if (ended === undefined) return
  const payment = await effects.db.payments.update(ended.payment, { refundableAmount: { increment: ended.amount } })
  await tell(kit.on.failed, payment, ended, effects)
}

/** Money that was given back has come back: the card does not take it after all. */
export async function recordReturned({ id }: PaymentOperation, by: SettledBy, kit: PaymentsKit): Promise<void> {
  const words = { code: 'refund_returned', message: 'The refund came back: the card did not take it.' }
  await kit.context.transaction(async (effects) => {
    const { db, now } = effects
    const changes = { ...words, state: 'failed', settledAt: now, settledBy: by } as const
    const returned = await db['payment-operations'].updateIf(id, { state: 'succeeded' }, changes)
    if (returned === undefined) return
    const { payment: paymentId, amount } = returned
    const back = { refundedAmount: { increment: -amount }, refundableAmount: { increment: amount } }
    const payment = await db.payments.update(paymentId, back)
    await tell(kit.on.failed, payment, returned, effects)
  })
}

/** Notes a refund that was made at the provider's own site, once. One that there is no room for waits until there is. */
export async function recordRefundElsewhere(
  payment: Payment,
  { id, amount }: PaymentSnapshot['refunds'][number],
  by: SettledBy,
  kit: PaymentsKit,
): Promise<void> {
  const key = keyElsewhere(payment, id)
  await kit.context.transaction(async (effects) => {
    const { db } = effects
    if ((await findRefundElsewhere(payment, id, db)) !== undefined) return
    const changes = { refundableAmount: { increment: -amount }, refundedAmount: { increment: amount } }
    const refunded = await db.payments.updateIf(payment.id, { refundableAmount: { gte: amount } }, changes)
    if (refunded === undefined) return
    const operation = await noteElsewhere({ kind: 'refund', amount, key }, refunded, by, effects)
    await tell(kit.on.refunded, refunded, operation, effects)
  })
}

/** What was noted of a refund that was made at the provider's own site. @param refundId  the provider's. */
export async function findRefundElsewhere(
  payment: Payment,
  refundId: string,
  db: PaymentsDb,
): Promise<PaymentOperation | undefined> {
  const operation = await db['payment-operations'].first({ where: { key: keyElsewhere(payment, refundId) } })
  return operation
}

function keyElsewhere({ id }: Payment, refundId: string): string {
  return `${id}:refund:elsewhere:${refundId}`
}
