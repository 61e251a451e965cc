import type { AuthorizeOutcome } from '../../../plugin.ts'
import type { Payment, PaymentOperation } from '../collections.ts'
import { type Effects, type PaymentsKit, type SettledBy, tell } from '../kit.ts'
import { endLast, endOperation, endOrNote } from './operation-rows.ts'

type Outcome<Kind extends AuthorizeOutcome['outcome']> = Extract<AuthorizeOutcome, { outcome: Kind }>

/** Records what has become of an attempt to hold the amount, and tells the application: once, whoever says so and how often. */
export async function recordAttempt(
  operation: PaymentOperation,
  outcome: AuthorizeOutcome,
  by: SettledBy,
  kit: PaymentsKit,
): Promise<void> {
  await kit.context.transaction(async (effects) => {
    if (outcome.outcome === 'succeeded') return recordHold(operation.payment, outcome, by, kit, effects)
    if (outcome.outcome === 'requiresAction') return recordChallenge(operation, outcome, kit, effects)
    if (outcome.outcome === 'declined') return recordDecline(operation, outcome, by, kit, effects)
    if (outcome.outcome === 'failed') return recordFailure(operation, outcome, by, kit, effects)
    return recordPending(operation, outcome, kit, effects)
  })
}

/** The whole amount is held. Also when nothing was known to be under way: an attempt that was given up may have gone through. */
export async function recordHold(
  paymentId: string,
  { providerId, method }: Pick<Outcome<'succeeded'>, 'providerId' | 'method'>,
  by: SettledBy,
  kit: PaymentsKit,
  effects: Effects,
): Promise<void> {
  const { payments } = effects.db
  const known = { ...atProvider(providerId, kit), ...(method !== undefined && { method }) }
  const authorized = await payments.updateIf(
    paymentId,
    { status: { in: ['open', 'processing', 'challenged'] } },
    { ...known, status: 'authorized', attempt: null, decline: null, authorizedAt: effects.now },
  )
  if (authorized !== undefined) {
    const operation = await endOrNote('authorize', authorized, authorized.amount.amount, by, effects)
    return tell(kit.on.authorized, authorized, operation, effects)
  }
  // It is being cancelled: that lets go what is held, and nobody has to hear of it in between.
  const cancelling = await payments.updateIf(paymentId, { status: 'cancelling' }, { ...known, attempt: null })
  if (cancelling !== undefined) await endLast('authorize', cancelling, { state: 'succeeded' }, by, effects)
}

async function recordChallenge(
  { id, payment }: PaymentOperation,
  { providerId }: Outcome<'requiresAction'>,
  kit: PaymentsKit,
  { db }: Effects,
): Promise<void> {
  const changes = { ...atProvider(providerId, kit), status: 'challenged' } as const
  const challenged = await db.payments.updateIf(payment, { status: 'processing', attempt: id }, changes)
  if (challenged === undefined) return
  await db['payment-operations'].updateIf(
    id,
    { state: { in: ['running', 'unknown', 'pending'] } },
    { state: 'challenged' },
  )
}

async function recordPending(
  { id, payment }: PaymentOperation,
  { providerId }: Outcome<'pending'>,
  kit: PaymentsKit,
  { db }: Effects,
): Promise<void> {
  await db.payments.updateIf(payment, { attempt: id }, atProvider(providerId, kit))
  await db['payment-operations'].updateIf(id, { state: { in: ['running', 'unknown'] } }, { state: 'pending' })
}

async function recordDecline(
  operation: PaymentOperation,
  { providerId, code, message }: Outcome<'declined'>,
  by: SettledBy,
  kit: PaymentsKit,
  effects: Effects,
): Promise<void> {
  const decline = { code: code.slice(0, 100), message: message.slice(0, 500) }
  const open = { ...atProvider(providerId, kit), status: 'open', attempt: null, decline } as const
  const payment = await leaveAttempt(operation, open, effects)
  const ended = await endOperation(operation.id, { state: 'declined', code, message }, by, effects)
  if (payment !== undefined && ended !== undefined) await tell(kit.on.declined, payment, ended, effects)
}

/** Another payment can be made for the subject. */
async function recordFailure(
  operation: PaymentOperation,
  { code, message }: Outcome<'failed'>,
  by: SettledBy,
  kit: PaymentsKit,
  effects: Effects,
): Promise<void> {
  const payment = await leaveAttempt(operation, { status: 'failed', attempt: null, activeSubject: null }, effects)
  const ended = await endOperation(operation.id, { state: 'failed', code, message }, by, effects)
  if (payment !== undefined && ended !== undefined) await tell(kit.on.failed, payment, ended, effects)
}

/** Nothing came of the attempt, and nobody knows why: another can be made. The provider holds at most one for a payment. */
export async function abandonAttempt(operation: PaymentOperation, kit: PaymentsKit): Promise<void> {
  await kit.context.transaction(async (effects) => {
    const decline = { code: 'not_answered', message: 'The payment could not be made. Please try again.' }
    await leaveAttempt(operation, { status: 'open', attempt: null, decline }, effects)
    await endOperation(operation.id, { state: 'abandoned', ...decline }, 'lookUp', effects)
  })
}

/** Changes the payment if this attempt is the one that it waits for. */
function leaveAttempt(
  { id, payment }: PaymentOperation,
  changes: Parameters<Effects['db']['payments']['updateIf']>[2],
  { db }: Effects,
): Promise<Payment | undefined> {
  return db.payments.updateIf(payment, { status: { in: ['processing', 'challenged'] }, attempt: id }, changes)
}

function atProvider(providerId: string, { provider }: PaymentsKit) {
  return { provider: provider.name, providerId }
}
