import { type CallOutcome, OutcomeUnknown, type RefundOutcome } from '../../plugin.ts'
import type { Payment, PaymentOperation } from './collections.ts'
import { findOperation, getPayment } from './find-rows.ts'
import { type PaymentsKit, referenceOf } from './kit.ts'
import { attemptOf, noteProviderId, reconcile } from './reconcile.ts'
import { abandonAttempt, recordAttempt } from './record/record-attempt.ts'
import { recordCancellation, recordCapture, recordRefusal } from './record/record-end.ts'
import { recordRefund } from './record/record-refund.ts'
import { scheduleCall } from './schedule.ts'

/**
 * Does an operation that was asked for, or finds out what has become of it: safe to call at any time, any number of times, by several
 * processes at once. What was called before is looked up first; a call that the provider does not know of is made again with its key.
 *
 * @throws when it is still not known how the operation has ended.
 */
export async function performOperation(operationId: string, kit: PaymentsKit): Promise<void> {
  const found = await findUnsettled(operationId, kit)
  if (found === undefined) return
  if (found.calls > 0) await look(found, kit)
  const operation = found.calls > 0 ? await findUnsettled(operationId, kit) : found
  // A challenge is for the payer to answer, not for us.
  if (operation === undefined || operation.state === 'challenged') return
  if (operation.state === 'pending') return lookAgainLater(operation, kit)
  if (operation.kind === 'authorize' && operation.calls >= attemptCalls) return abandonAttempt(operation, kit)
  await callProvider(operation, kit)
}

async function look(operation: PaymentOperation, kit: PaymentsKit): Promise<void> {
  const lookedAt = new Date(kit.context.clock.nowMs()).toISOString()
  await kit.context.db['payment-operations'].updateIf(operation.id, { settledAt: null }, { lookedAt })
  await reconcile(await paymentOf(operation, kit), 'lookUp', kit)
}

/** So often an attempt is made again for which the provider has no answer, before the payer may try something else. */
const attemptCalls = 4

/**
 * Calls the provider and records what it answers. That it is being called is written before.
 *
 * @throws whatever the provider throws: then it is noted that nobody knows what has become of the call.
 */
export async function callProvider(operation: PaymentOperation, kit: PaymentsKit): Promise<void> {
  const { context } = kit
  const operations = context.db['payment-operations']
  const isCallable = { state: { in: ['waiting', 'running', 'unknown'] as const } }
  const calledAt = new Date(context.clock.nowMs()).toISOString()
  const called = await operations.updateIf(operation.id, isCallable, {
    state: 'running',
    calls: { increment: 1 },
    calledAt,
  })
  if (called === undefined) return
  try {
    await calls[called.kind](called, await paymentOf(called, kit), kit)
  } catch (error) {
    await operations.updateIf(called.id, { state: 'running' }, { state: 'unknown' })
    if (error instanceof OutcomeUnknown) await noteProviderId(called.payment, error.providerId, kit)
    throw error
  }
  if ((await findUnsettled(called.id, kit))?.state === 'pending') await lookAgainLater(called, kit)
}

/** The provider has taken it on and tells by a message how it ended. Should that be lost, somebody looks. */
async function lookAgainLater(operation: PaymentOperation, { context }: PaymentsKit): Promise<void> {
  const runAt = new Date(context.clock.nowMs() + pendingLookMs).toISOString()
  await context.transaction((effects) => scheduleCall(operation, effects, runAt))
}

const pendingLookMs = 600_000

const calls: Readonly<
  Record<PaymentOperation['kind'], (operation: PaymentOperation, payment: Payment, kit: PaymentsKit) => Promise<void>>
> = {
  async authorize(operation, payment, kit) {
    if ((await attemptOf(payment, kit))?.id !== operation.id || payment.status === 'cancelling')
      return abandonAttempt(operation, kit)
    const { provider } = kit
    const request = {
      ...referenceOf(payment),
      key: operation.id,
      method: operation.method!,
      returnUrl: returnUrlOf(payment, kit),
    }
    await recordAttempt(operation, await provider.authorize(request), 'answer', kit)
  },
  async capture(operation, payment, kit) {
    const request = { ...referenceOf(payment), key: freshKey(operation), captureAmount: operation.amount }
    await recordCall(operation, payment, await kit.provider.capture(request), kit)
  },
  async cancel(operation, payment, kit) {
    if (!(await wasTried(payment, kit))) return recordCancellation(payment.id, 'answer', kit)
    await recordCall(
      operation,
      payment,
      await kit.provider.cancel({ ...referenceOf(payment), key: freshKey(operation) }),
      kit,
    )
  },
  async refund(operation, payment, kit) {
    const request = { ...referenceOf(payment), key: operation.id, refundAmount: operation.amount }
    const outcome: RefundOutcome = await kit.provider.refund(request)
    await recordRefund(operation, outcome, 'answer', kit)
  },
}

/**
 * A provider may answer an error under one key for a day. A payment is captured and cancelled once whatever the key, so another can be
 * taken now and then; a refund is once for its key only.
 */
function freshKey({ id, calls: count }: PaymentOperation): string {
  const round = Math.floor((count - 1) / 4)
  return round === 0 ? id : `${id}-${round}`
}

/** What nobody has tried to pay is unknown to the provider; nothing can be tried while it is being cancelled. */
async function wasTried({ id, providerId }: Payment, { context }: PaymentsKit): Promise<boolean> {
  const attempts = { payment: id, kind: 'authorize' as const }
  return providerId !== null || (await context.db['payment-operations'].count(attempts)) > 0
}

async function recordCall(
  operation: PaymentOperation,
  payment: Payment,
  outcome: CallOutcome,
  kit: PaymentsKit,
): Promise<void> {
  if (outcome.outcome === 'succeeded') {
    if (operation.kind === 'capture') return recordCapture(payment.id, operation.amount, 'answer', kit)
    return recordCancellation(payment.id, 'answer', kit)
  }
  // It may have been done, or undone, by somebody else: that is what counts then.
  await reconcile(payment, 'lookUp', kit)
  await recordRefusal(operation, outcome, 'answer', kit)
}

function returnUrlOf({ id }: Payment, { context, returnPath }: PaymentsKit): string | undefined {
  const { baseUrl } = context.surroundings
  if (baseUrl === undefined) return undefined
  const url = new URL(baseUrl + returnPath)
  url.searchParams.set('payment', id)
  return url.href
}

async function findUnsettled(id: string, { context }: PaymentsKit): Promise<PaymentOperation | undefined> {
  const operation = await findOperation(id, context.db)
  return operation === undefined || operation.settledAt !== null ? undefined : operation
}

function paymentOf({ payment }: PaymentOperation, { context }: PaymentsKit): Promise<Payment> {
  return getPayment(payment, context.db)
}
