import type { PaymentSnapshot, RefundOutcome } from '../../../plugin.ts'
import type { Payment, PaymentOperation } from '../collections.ts'
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

/** Notes a refund that was made at the provider's own site, once. */
export async function recordRefundElsewhere(
  payment: Payment,
  { id, amount }: PaymentSnapshot['refunds'][number],
  by: SettledBy,
  kit: PaymentsKit,
): Promise<void> {
  const key = `${payment.id}:refund:elsewhere:${id}`
  await kit.context.transaction(async (effects) => {
    const { db } = effects
    if ((await db['payment-operations'].first({ where: { key } })) !== undefined) return
    const operation = await noteElsewhere({ kind: 'refund', amount, key }, payment, by, effects)
    const changes = { refundableAmount: { increment: -amount }, refundedAmount: { increment: amount } }
    const refunded = await db.payments.update(payment.id, changes, { where: { refundableAmount: { gte: amount } } })
    await tell(kit.on.refunded, refunded, operation, effects)
  })
}
