import { newId } from '../../plugin.ts'
import type { Payment, PaymentOperation } from './collections.ts'
import { paymentsErrors } from './errors.ts'
import { findOperation } from './find-rows.ts'
import type { Effects, PaymentsKit } from './kit.ts'
import { endOperation } from './record/operation-rows.ts'
import { scheduleCall } from './schedule.ts'

/**
 * Writes down that the payer tries to pay, before the provider hears of it. One attempt is under way at a time.
 *
 * @returns undefined when there is nothing to begin: another attempt is under way, or it is paid already.
 * @throws payments_status  when it cannot be paid any more.
 * @throws payments_too_many_attempts
 */
export async function beginAttempt(
  payment: Payment,
  method: string,
  kit: PaymentsKit,
): Promise<PaymentOperation | undefined> {
  const { id, status } = payment
  if (status === 'cancelling' || status === 'cancelled' || status === 'failed')
    throw paymentsErrors.status({ details: { status } })
  return kit.context.transaction(async (effects) => {
    const attempt = newId()
    const isBegun =
      (await claimOpen(id, attempt, effects)) || (await claimChallenged(payment, attempt, method, effects))
    if (!isBegun) return undefined
    await limitAttempts(id, effects)
    return addAttempt(payment, attempt, method, kit, effects)
  })
}

async function claimOpen(id: string, attempt: string, { db }: Effects): Promise<boolean> {
  const begun = { status: 'processing', attempt, decline: null } as const
  return (await db.payments.updateIf(id, { status: 'open' }, begun)) !== undefined
}

/** The payer gives up a challenge and tries another method. The same method again is a double click. */
async function claimChallenged(
  { id, attempt: challenged }: Payment,
  attempt: string,
  method: string,
  effects: Effects,
): Promise<boolean> {
  const { db } = effects
  if (challenged === null) return false
  const last = await findOperation(challenged, db)
  if (last === undefined || last.method === method) return false
  const isWaiting = { status: 'challenged' as const, attempt: challenged }
  if ((await db.payments.updateIf(id, isWaiting, { status: 'processing', attempt })) === undefined) return false
  await endOperation(challenged, { state: 'abandoned' }, 'confirm', effects)
  return true
}

/** Whoever has a list of stolen cards tries them one after the other. Nobody else can begin an attempt meanwhile: the count is exact. */
async function limitAttempts(payment: string, { db }: Effects): Promise<void> {
  const tried = await db['payment-operations'].count({ payment, kind: 'authorize' })
  if (tried >= maxAttempts) throw paymentsErrors.too_many_attempts({ details: { max: maxAttempts } })
}

const maxAttempts = 20

async function addAttempt(
  payment: Payment,
  id: string,
  method: string,
  { context }: PaymentsKit,
  effects: Effects,
): Promise<PaymentOperation> {
  const operation = await effects.db['payment-operations'].create({
    id,
    payment: payment.id,
    kind: 'authorize',
    amount: payment.amount.amount,
    key: `${payment.id}:authorize:${id}`,
    method,
  })
  // Whoever asked calls the provider now; this is for when they do not come to the end.
  const runAt = new Date(context.clock.nowMs() + settleAfterMs).toISOString()
  await scheduleCall(operation, effects, runAt)
  return operation
}

/** Longer than a call takes that is answered. */
const settleAfterMs = 30_000
