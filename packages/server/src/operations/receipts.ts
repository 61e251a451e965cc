import { sql } from '../ports/sql.ts'
import { operationErrors } from './errors.ts'
import type { OperationContext, ReceiptRequest, StoredAnswer } from './operations.ts'
import { type InTransaction, inTransaction, type Runtime } from './runtime.ts'

/** Receipts are kept for a day; after that a key may be used anew. */
export const receiptLifetimeMs = 86_400_000

/**
 * Runs `work` at most once for a key and actor: its answer is stored in the transaction of its effects, so that there is
 * never one without the other. A failure stores nothing: the request may be tried again.
 */
export async function runOnce(
  context: OperationContext,
  receipt: ReceiptRequest,
  work: (context: OperationContext) => Promise<StoredAnswer>,
  runtime: Runtime,
): Promise<StoredAnswer & { readonly isReplay: boolean }> {
  const name = JSON.stringify([actorKey(context), receipt.key])
  if (runtime.runningKeys.has(name)) throw operationErrors.key_running()
  runtime.runningKeys.add(name)
  try {
    return await inTransaction(context, runtime, (joined) => claimAndRun(name, receipt, work, joined, runtime))
  } finally {
    runtime.runningKeys.delete(name)
  }
}

async function claimAndRun(
  name: string,
  receipt: ReceiptRequest,
  work: (context: OperationContext) => Promise<StoredAnswer>,
  context: InTransaction,
  runtime: Runtime,
) {
  // The lock is for other processes; within this one `runningKeys` has answered already.
  if (!(await context.tx.tryLock(`receipt:${name}`))) throw operationErrors.key_running()
  const stored = await findReceipt(receipt, context, runtime)
  if (stored !== undefined) return { ...stored, isReplay: true }
  const answer = await work(context)
  await storeReceipt(receipt, answer, context, runtime)
  return { ...answer, isReplay: false }
}

/** Forgets the receipts whose time is over. Called now and then; a receipt that is still there then is not used any more either. */
export async function sweepReceipts(now: string, { database }: Pick<Runtime, 'database'>): Promise<void> {
  const { dialect } = database
  const since = dialect.cast({ kind: 'instant' }, sql`${oldestReceipt(now)}`)
  const statement = dialect.compile(sql`delete from galley_receipts where created_at < ${since}`)
  await database.transaction(async (tx) => void (await tx.execute(statement)))
}

function oldestReceipt(now: string): string {
  return new Date(Date.parse(now) - receiptLifetimeMs).toISOString()
}

/** An answer is not for the same person with narrower scopes, or in another tenant. */
function actorKey({ actor: { kind, id, scopes, tenant } }: OperationContext): string {
  if (kind === 'anonymous') return ''
  const limits = scopes === undefined && tenant === undefined ? '' : ` ${JSON.stringify([tenant, scopes])}`
  return `${kind}:${id ?? ''}${limits}`
}

async function findReceipt(
  receipt: ReceiptRequest,
  context: InTransaction,
  { database: { dialect } }: Runtime,
): Promise<StoredAnswer | undefined> {
  const isNamed = sql`actor = ${actorKey(context)} and key = ${receipt.key}`
  const since = dialect.cast({ kind: 'instant' }, sql`${oldestReceipt(context.now)}`)
  await context.tx.execute(dialect.compile(sql`delete from galley_receipts where ${isNamed} and created_at < ${since}`))
  const headers = dialect.jsonText(dialect.json({ kind: 'json' }, sql.ref('headers')))
  const row = (
    await context.tx.query(
      dialect.compile(sql`select fingerprint, status, ${headers}, body from galley_receipts where ${isNamed}`),
    )
  )[0]
  if (row === undefined) return undefined
  if (row[0] !== receipt.fingerprint) throw operationErrors.key_reused()
  return { status: Number(row[1]), headers: JSON.parse(row[2] as string), body: row[3] as string }
}

async function storeReceipt(
  receipt: ReceiptRequest,
  answer: StoredAnswer,
  context: InTransaction,
  { database: { dialect } }: Runtime,
): Promise<void> {
  const status = dialect.cast({ kind: 'integer' }, sql`${answer.status}`)
  const headers = dialect.cast({ kind: 'json' }, sql`${JSON.stringify(answer.headers)}`)
  const createdAt = dialect.cast({ kind: 'instant' }, sql`${context.now}`)
  const values = sql`${actorKey(context)}, ${receipt.key}, ${receipt.fingerprint}, ${status}, ${headers}, ${answer.body}, ${createdAt}`
  await context.tx.execute(
    dialect.compile(
      sql`insert into galley_receipts (actor, key, fingerprint, status, headers, body, created_at) values (${values})`,
    ),
  )
}
