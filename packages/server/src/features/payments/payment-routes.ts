import {
  type FeatureRoute,
  isInScope,
  type PaymentSnapshot,
  type RouteAnswer,
  type RouteRequest,
  route,
  text,
} from '../../plugin.ts'
import { beginAttempt } from './begin-attempt.ts'
import type { Payment, PaymentOperation } from './collections.ts'
import { paymentsErrors } from './errors.ts'
import { getPayment } from './find-rows.ts'
import type { PaymentsKit } from './kit.ts'
import { callProvider } from './perform.ts'
import { reconcile } from './reconcile.ts'
import { viewFields, viewOf } from './view.ts'

/** What a payer does. Neither runs in a transaction: the provider is asked in between. */
export function paymentRoutes(kit: PaymentsKit): readonly FeatureRoute[] {
  return [
    route('POST', '/api/payments/:id/authorize', {
      collection: 'payments',
      summary: 'Pays',
      description:
        'Has the amount held by the method that the provider gave the browser. `challenged`: send the payer to `challenge.url`, or use `challenge.clientSecret`, then confirm. `processing`: it is not known yet, confirm in a while. Safe to repeat: it is paid once.',
      input: { method: text({ min: 1, max: 200, private: true }) },
      output: viewFields,
      hasSecret: true,
      run: (request) => authorize(request, kit),
    }),
    route('POST', '/api/payments/:id/confirm', {
      collection: 'payments',
      summary: 'Asks the provider what has become of a payment',
      description:
        'Call it when the payer comes back from a challenge, and as long as the payment is `processing`. Safe to repeat.',
      output: viewFields,
      hasSecret: true,
      run: (request) => confirm(request, kit),
    }),
  ]
}

async function authorize(request: RouteRequest<{ readonly method: string }>, kit: PaymentsKit): Promise<RouteAnswer> {
  const payment = await payersPayment(request, kit)
  const { method } = request.input
  if (!kit.provider.isMethod(method)) throw paymentsErrors.method()
  const attempt = await beginAttempt(payment, method, kit)
  if (attempt !== undefined) await makeAttempt(attempt, kit)
  return answer(payment, kit)
}

/** A call that has no answer is not an error for the payer: it is not known yet. */
async function makeAttempt(attempt: PaymentOperation, kit: PaymentsKit): Promise<void> {
  try {
    await callProvider(attempt, kit)
  } catch (error) {
    kit.context.log.warn(
      { err: error, payment: attempt.payment, operation: attempt.id },
      'The outcome of a payment is not known yet.',
    )
  }
}

async function confirm(request: RouteRequest, kit: PaymentsKit): Promise<RouteAnswer> {
  return answer(await payersPayment(request, kit), kit)
}

/** What is known once the provider was asked, where something is still to come. */
async function answer({ id }: Payment, kit: PaymentsKit): Promise<RouteAnswer> {
  const { db } = kit.context
  const payment = await getPayment(id, db)
  if (!isMoving.has(payment.status)) return { body: viewOf(payment, undefined) }
  const snapshot = await newsOf(payment, kit)
  return { body: viewOf(await getPayment(id, db), snapshot) }
}

const isMoving: ReadonlySet<Payment['status']> = new Set(['processing', 'challenged'])

async function newsOf(payment: Payment, kit: PaymentsKit): Promise<PaymentSnapshot | undefined> {
  try {
    return await reconcile(payment, 'confirm', kit)
  } catch (error) {
    kit.context.log.warn({ err: error, payment: payment.id }, 'The provider of payments could not be asked.')
    return undefined
  }
}

/** @throws operation_not_found, payments_not_payer */
async function payersPayment({ actor, params }: RouteRequest, { context }: PaymentsKit): Promise<Payment> {
  const payment = await context.dbAs(actor).payments.get(params.id!)
  if (payment.payer === null || payment.payer !== actor.id || !isInScope(actor, 'payments', 'update'))
    throw paymentsErrors.not_payer()
  return getPayment(payment.id, context.db)
}
