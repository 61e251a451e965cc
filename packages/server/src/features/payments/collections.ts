import {
  type CollectionMap,
  choice,
  collection,
  type Db,
  eq,
  instant,
  integer,
  money,
  nobody,
  object,
  or,
  type RecordOf,
  type Rule,
  reference,
  role,
  text,
} from '../../plugin.ts'

/** Where a payment is. What can follow what: docs/guide/payments.md. */
export const paymentStatuses = [
  'open',
  'processing',
  'challenged',
  'authorized',
  'capturing',
  'captured',
  'cancelling',
  'cancelled',
  'failed',
] as const
export type PaymentStatus = (typeof paymentStatuses)[number]

const operationKinds = ['authorize', 'capture', 'cancel', 'refund'] as const
export type PaymentOperationKind = (typeof operationKinds)[number]

/**
 * `waiting`: asked for; `running`: the provider is being called, or was when the process died; `unknown`: nobody knows what became of the
 * call; `challenged`: the payer has to prove who they are; `pending`: the provider says later. All others are the end.
 */
const operationStates = [
  'waiting',
  'running',
  'unknown',
  'challenged',
  'pending',
  'succeeded',
  'declined',
  'failed',
  'abandoned',
] as const
export type PaymentOperationState = (typeof operationStates)[number]

/** @param staff  the role that sees all payments. */
export function paymentCollections(staff: string | undefined) {
  const forStaff: Rule = staff === undefined ? nobody() : role(staff)
  const payments = collection('payments', {
    description: 'What somebody pays, or has paid, for one subject. Changed by the provider’s answers only.',
    fields: {
      /** What is paid for: the id of an order. */
      subject: text({ max: 100, immutable: true }),
      /** The subject, as long as no other payment may be made for it: a subject is paid at most once. */
      activeSubject: text({ max: 100, optional: true, unique: true, private: true }),
      /** Who pays: the id of an actor. */
      payer: text({ max: 100, optional: true }),
      description: text({ max: 200, optional: true, immutable: true }),
      amount: money({ min: 1, immutable: true }),
      status: choice(paymentStatuses, { default: 'open' }),
      /** In minor units of the currency of `amount`, as are the next two. */
      capturedAmount: integer({ min: 0, default: 0 }),
      refundedAmount: integer({ min: 0, default: 0 }),
      /** What can still be asked back: captured, and neither refunded nor about to be. */
      refundableAmount: integer({ min: 0, default: 0 }),
      method: object({ brand: text({ max: 40 }), last4: text({ max: 4 }) }, { optional: true }),
      /** Why the last attempt was declined. */
      decline: object({ code: text({ max: 100 }), message: text({ max: 500 }) }, { optional: true }),
      provider: text({ max: 40, optional: true, read: forStaff }),
      providerId: text({ max: 200, optional: true, read: forStaff }),
      /** The attempt that is under way. */
      attempt: text({ max: 60, optional: true, private: true }),
      authorizedAt: instant({ optional: true }),
      capturedAt: instant({ optional: true }),
      cancelledAt: instant({ optional: true }),
    },
    rules: { read: ({ row, actor }) => or(eq(row.payer, actor.id), forStaff) },
    indexes: [['subject'], ['providerId'], ['payer']],
  })
  const operations = collection('payment-operations', {
    description: 'Each call to the provider of payments, written before it is made.',
    fields: {
      payment: reference('payments', { immutable: true, onDelete: 'restrict' }),
      kind: choice(operationKinds, { immutable: true }),
      /** In minor units. */
      amount: integer({ min: 0, immutable: true }),
      /** What is asked for twice under one key is done once. */
      key: text({ max: 200, unique: true, immutable: true }),
      /** The key under which the application has asked for a refund. */
      wish: text({ max: 150, optional: true, immutable: true }),
      state: choice(operationStates, { default: 'waiting' }),
      reason: text({ max: 500, optional: true }),
      method: text({ max: 200, optional: true, private: true }),
      /** How often the provider was called. */
      calls: integer({ default: 0 }),
      code: text({ max: 100, optional: true }),
      message: text({ max: 500, optional: true }),
      calledAt: instant({ optional: true }),
      /** When somebody asked last what had become of a call. */
      lookedAt: instant({ optional: true }),
      settledAt: instant({ optional: true }),
      /** What told how it ended. */
      settledBy: choice(['answer', 'lookUp', 'message', 'confirm'], { optional: true }),
    },
    rules: { read: forStaff },
    indexes: [['payment'], ['state', 'createdAt']],
  })
  return [payments, operations] as const
}

type Collections = ReturnType<typeof paymentCollections>
export type PaymentsDb = Db<CollectionMap<Collections>>
export type Payment = RecordOf<Collections[0]>
export type PaymentOperation = RecordOf<Collections[1]>
