import { sql } from 'kysely'
import type { Outbox } from '../model/action.ts'
import { operationErrors } from './errors.ts'
import type { InTransaction, Runtime } from './runtime.ts'

const maxPayloadBytes = 262_144

export interface OutboxEntry {
  readonly kind: 'event' | 'job'
  readonly name: string
  readonly collection?: string
  readonly recordId?: string
  readonly payload: unknown
}

/** Writes what shall happen outside into the transaction that causes it: both are committed, or neither. */
export async function addToOutbox(
  entry: OutboxEntry,
  context: InTransaction,
  { database: { dialect }, newId }: Runtime,
): Promise<void> {
  const payload = JSON.stringify(entry.payload)
  if (Buffer.byteLength(payload) > maxPayloadBytes)
    throw operationErrors.payload_too_large({ details: { name: entry.name, maxBytes: maxPayloadBytes } })
  const id = dialect.cast({ kind: 'id' }, sql`${newId()}`)
  const json = dialect.cast({ kind: 'json' }, sql`${payload}`)
  const createdAt = dialect.cast({ kind: 'instant' }, sql`${context.now}`)
  const columns = sql`id, kind, name, collection, record_id, actor, payload, created_at`
  const record = entry.recordId === undefined ? sql`null` : dialect.cast({ kind: 'id' }, sql`${entry.recordId}`)
  const values = sql`${id}, ${entry.kind}, ${entry.name}, ${entry.collection ?? null}, ${record}, ${context.actor.id}, ${json}, ${createdAt}`
  await context.tx.execute(dialect.compile(sql`insert into galley_outbox (${columns}) values (${values})`))
}

/** What logic of the application adds events or jobs by. */
export function outboxFor(kind: OutboxEntry['kind'], context: InTransaction, runtime: Runtime): Outbox {
  return { add: (name, payload) => addToOutbox({ kind, name, payload }, context, runtime) }
}
