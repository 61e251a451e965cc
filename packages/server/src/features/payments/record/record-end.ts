import type { CallOutcome } from '../../../plugin.ts'
import type { Payment, PaymentOperation } from '../collections.ts'
import { type Effects, type PaymentsKit, type SettledBy, tell } from '../kit.ts'
import { endLast, endOperation, endOrNote } from './operation-rows.ts'

/** What was held is taken, also when somebody took it at the provider's own site. */
export async function recordCapture(paymentId: string, amount: number, by: SettledBy, kit: PaymentsKit): Promise<void> {
  await kit.context.transaction(async (effects) => {
    const { db, now } = effects
    const captured = await db.payments.updateIf(
      paymentId,
      { status: { in: ['open', 'processing', 'challenged', 'authorized', 'capturing', 'cancelling'] } },
      { status: 'captured', attempt: null, capturedAmount: amount, refundableAmount: amount, capturedAt: now },
    )
    if (captured === undefined) return
    const operation = await endOrNote('capture', captured, amount, by, effects)
    const tooLate = { state: 'failed', code: 'is_captured', message: 'The payment was captured before.' } as const
    await endLast('cancel', captured, tooLate, by, effects)
    await tell(kit.on.captured, captured, operation, effects)
  })
}

/** Nothing is held any more: it was cancelled here, or by the provider after some days. */
export async function recordCancellation(paymentId: string, by: SettledBy, kit: PaymentsKit): Promise<void> {
  await kit.context.transaction(async (effects) => {
    const { db, now } = effects
    const cancelled = await db.payments.updateIf(
      paymentId,
      { status: { in: ['open', 'processing', 'challenged', 'authorized', 'capturing', 'cancelling'] } },
      { status: 'cancelled', attempt: null, activeSubject: null, cancelledAt: now },
    )
    if (cancelled === undefined) return
    const tooLate = { state: 'failed', code: 'is_cancelled', message: 'The payment was cancelled before.' } as const
    await endLast('authorize', cancelled, tooLate, by, effects)
    const capture = await endLast('capture', cancelled, tooLate, by, effects)
    if (capture !== undefined) await tell(kit.on.failed, cancelled, capture, effects)
    const operation = await endOrNote('cancel', cancelled, cancelled.amount.amount, by, effects)
    await tell(kit.on.cancelled, cancelled, operation, effects)
  })
}

/** A capture or a cancellation will not happen. The payment is as it was before somebody asked for it. */
export async function recordRefusal(
  operation: PaymentOperation,
  { code, message }: Extract<CallOutcome, { outcome: 'failed' }>,
  by: SettledBy,
  kit: PaymentsKit,
): Promise<void> {
  await kit.context.transaction(async (effects) => {
    const payment = await backAgain(operation, effects)
    const ended = await endOperation(operation.id, { state: 'failed', code, message }, by, effects)
    if (payment !== undefined && ended !== undefined) await tell(kit.on.failed, payment, ended, effects)
  })
}

async function backAgain(
  { kind, payment }: PaymentOperation,
  { db: { payments } }: Effects,
): Promise<Payment | undefined> {
  const status = kind === 'capture' ? 'capturing' : 'cancelling'
  const held = await payments.updateIf(payment, { status, authorizedAt: { null: false } }, { status: 'authorized' })
  return held ?? payments.updateIf(payment, { status }, { status: 'open', attempt: null })
}
