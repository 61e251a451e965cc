import { newId } from '../../plugin.ts'
import type { Payment, PaymentOperation, PaymentOperationKind, PaymentsDb } from './collections.ts'
import { type PaymentEffects, paymentsDb } from './effects.ts'
import { paymentsErrors } from './errors.ts'
import { scheduleCall } from './schedule.ts'

export interface CaptureWish {
  /** In minor units, at most what is held. Default: all of it. What is left out is let go: a payment is captured once. */
  readonly amount?: number
}
export interface CancelWish {
  readonly reason?: string
}
export interface RefundWish {
  /** In minor units, at most `refundableAmount`. */
  readonly amount: number
  /** Names this refund: asked for again under the same key, it is made once. The id of a record of the application, for example; at most 150 characters. `operation.wish` has it. */
  readonly key: string
  readonly reason?: string
}

/**
 * Asks for what is held to be taken. The provider is called once the transaction is committed; the handler `captured` tells when it is done.
 *
 * Asked for again, it is the same wish.
 * @throws payments_status  when the payment is not authorized.
 */
export async function requestCapture(
  paymentId: string,
  wish: CaptureWish,
  effects: PaymentEffects,
): Promise<PaymentOperation> {
  const db = paymentsDb(effects)
  const payment = await db.payments.get(paymentId)
  const { amount: whole } = payment.amount
  const { amount = whole } = wish
  if (!Number.isSafeInteger(amount) || amount < 1 || amount > whole)
    throw paymentsErrors.amount({ details: { amount, max: whole } })
  const known = await openWish('capture', paymentId, amount, db)
  if (known !== undefined) return known
  const claimed = await db.payments.updateIf(paymentId, { status: 'authorized' }, { status: 'capturing' })
  if (claimed === undefined) return sameWishMeanwhile('capture', paymentId, amount, db)
  return addOperation({ payment, kind: 'capture', amount, key: `${paymentId}:capture:${newId()}` }, db, effects)
}

/**
 * Asks for the payment to be given up: what is held is let go, what is under way is undone. The handler `cancelled` tells when it is done.
 *
 * Asked for again, it is the same wish.
 * @throws payments_status  when it is captured, or about to be: refund it then.
 */
export async function requestCancel(
  paymentId: string,
  wish: CancelWish,
  effects: PaymentEffects,
): Promise<PaymentOperation> {
  const db = paymentsDb(effects)
  const payment = await db.payments.get(paymentId)
  const { amount } = payment.amount
  const known = await openWish('cancel', paymentId, amount, db)
  if (known !== undefined) return known
  const isCancellable = { status: { in: ['open', 'processing', 'challenged', 'authorized'] as const } }
  const claimed = await db.payments.updateIf(paymentId, isCancellable, { status: 'cancelling' })
  if (claimed === undefined) return sameWishMeanwhile('cancel', paymentId, amount, db)
  const key = `${paymentId}:cancel:${newId()}`
  return addOperation({ payment, kind: 'cancel', amount, key, reason: wish.reason }, db, effects)
}

/**
 * Asks for something of what was captured to be given back. The handler `refunded` tells when it is done.
 *
 * Asked for again under its key, it is the same wish. Wishes at the same time never come to more than was captured.
 * @throws payments_too_much  when less than that can still be given back.
 * @throws payments_key_used  when another amount was asked for under the key.
 */
export async function requestRefund(
  paymentId: string,
  wish: RefundWish,
  effects: PaymentEffects,
): Promise<PaymentOperation> {
  const db = paymentsDb(effects)
  const { amount, reason } = wish
  if (!Number.isSafeInteger(amount) || amount < 1)
    throw paymentsErrors.amount({ details: { amount, max: Number.MAX_SAFE_INTEGER } })
  const payment = await db.payments.get(paymentId)
  const key = `${paymentId}:refund:${wish.key}`
  const known = await db['payment-operations'].first({ where: { key } })
  if (known !== undefined && known.amount !== amount) throw paymentsErrors.key_used({ details: { key: wish.key } })
  if (known !== undefined) return known
  const isEnough = { status: 'captured' as const, refundableAmount: { gte: amount } }
  const claimed = await db.payments.updateIf(paymentId, isEnough, { refundableAmount: { increment: -amount } })
  if (claimed === undefined) throw paymentsErrors.too_much({ details: { refundable: payment.refundableAmount } })
  return addOperation({ payment, kind: 'refund', amount, key, wish: wish.key, reason }, db, effects)
}

interface NewOperation {
  readonly payment: Payment
  readonly kind: PaymentOperationKind
  readonly amount: number
  readonly key: string
  readonly wish?: string
  readonly reason?: string | undefined
}

/** The wish that is under way or fulfilled. A failed one can be made again. */
async function openWish(
  kind: 'capture' | 'cancel',
  payment: string,
  amount: number,
  db: PaymentsDb,
): Promise<PaymentOperation | undefined> {
  const where = { payment, kind, state: { ne: 'failed' as const } }
  const known = await db['payment-operations'].first({ where })
  if (known !== undefined && known.amount !== amount) throw paymentsErrors.key_used({ details: { key: kind } })
  return known
}

/** Somebody was faster: with the same wish, or with another. */
async function sameWishMeanwhile(
  kind: 'capture' | 'cancel',
  paymentId: string,
  amount: number,
  db: PaymentsDb,
): Promise<PaymentOperation> {
  const known = await openWish(kind, paymentId, amount, db)
  if (known !== undefined) return known
  const { status } = await db.payments.get(paymentId)
  throw paymentsErrors.status({ details: { status } })
}

async function addOperation(
  { payment, kind, amount, key, wish, reason }: NewOperation,
  db: PaymentsDb,
  effects: PaymentEffects,
): Promise<PaymentOperation> {
  const operation = await db['payment-operations'].create({
    payment: payment.id,
    kind,
    amount,
    key,
    ...(wish !== undefined && { wish }),
    ...(reason !== undefined && { reason }),
  })
  await scheduleCall(operation, effects)
  return operation
}
