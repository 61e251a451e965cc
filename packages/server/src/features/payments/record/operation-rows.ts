import type { Payment, PaymentOperation, PaymentOperationKind, PaymentOperationState } from '../collections.ts'
import type { Effects, SettledBy } from '../kit.ts'

/** States that an operation can still leave. */
export const unsettled = [
  'waiting',
  'running',
  'unknown',
  'challenged',
  'pending',
] as const satisfies readonly PaymentOperationState[]

export interface Ending {
  readonly state: 'succeeded' | 'declined' | 'failed' | 'abandoned'
  readonly code?: string
  readonly message?: string
}

/** Ends an operation, unless it has ended: undefined then. The one statement that decides who was the first to know. */
export async function endOperation(
  id: string,
  ending: Ending,
  by: SettledBy,
  { db, now }: Effects,
): Promise<PaymentOperation | undefined> {
  const changes = { ...ending, ...cut(ending), settledAt: now, settledBy: by }
  return db['payment-operations'].updateIf(id, { state: { in: unsettled } }, changes)
}

/** The provider's words may be longer than there is room for. */
function cut({ code, message }: Ending) {
  return {
    ...(code !== undefined && { code: code.slice(0, 100) }),
    ...(message !== undefined && { message: message.slice(0, 500) }),
  }
}

/** Ends the operation of a kind that is under way, if there is one. */
export async function endLast(
  kind: PaymentOperationKind,
  payment: Payment,
  ending: Ending,
  by: SettledBy,
  effects: Effects,
): Promise<PaymentOperation | undefined> {
  const where = { payment: payment.id, kind, state: { in: unsettled } }
  const last = await effects.db['payment-operations'].first({ where, sort: '-createdAt' })
  return last && endOperation(last.id, ending, by, effects)
}

/** Ends the operation of a kind that is under way; where nobody here has asked for it, notes that it was done elsewhere. */
export async function endOrNote(
  kind: PaymentOperationKind,
  payment: Payment,
  amount: number,
  by: SettledBy,
  effects: Effects,
): Promise<PaymentOperation> {
  const ended = await endLast(kind, payment, { state: 'succeeded' }, by, effects)
  if (ended !== undefined) return ended
  return noteElsewhere({ kind, amount, key: `${payment.id}:${kind}:elsewhere` }, payment, by, effects)
}

interface Elsewhere {
  readonly kind: PaymentOperationKind
  readonly amount: number
  readonly key: string
}

/** Notes what was done at the provider's own site, or in an attempt that was given up here. */
export function noteElsewhere(
  done: Elsewhere,
  payment: Payment,
  by: SettledBy,
  { db, now }: Effects,
): Promise<PaymentOperation> {
  const { id } = payment
  return db['payment-operations'].create({ ...done, payment: id, state: 'succeeded', settledAt: now, settledBy: by })
}
