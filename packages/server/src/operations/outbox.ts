import type { Outbox } from '../model/action.ts'
import { insertRow } from '../schema/system-rows.ts'
import { outboxTable } from '../schema/system-tables.ts'
import { operationErrors } from './errors.ts'
import type { InOrder } from './in-order.ts'
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
  { database: { dialect }, newId, outboxNews }: Runtime,
): Promise<string> {
  requireStorable(entry.name, entry.payload)
  const row = {
    id: newId(),
    kind: entry.kind,
    name: entry.name,
    collection: entry.collection ?? null,
    record_id: entry.recordId ?? null,
    actor: context.actor.id,
    payload: entry.payload,
    created_at: context.now,
    attempts: 0,
    due_at: context.now,
    failed_at: null,
    last_error: null,
  }
  await context.tx.execute(insertRow(dialect, outboxTable, row))
  outboxNews.note(context.tx, entry.name)
  return row.id
}

/**
 * Says whether what waits in the database can be kept there. @returns it as JSON.
 *
 * @throws operation_payload_too_large, operation_payload_unstorable
 */
export function requireStorable(name: string, payload: unknown): string {
  const json = JSON.stringify(payload)
  if (Buffer.byteLength(json) > maxPayloadBytes)
    throw operationErrors.payload_too_large({ details: { name, maxBytes: maxPayloadBytes } })
  if (unstorable.test(json)) throw operationErrors.payload_unstorable({ details: { name } })
  return json
}

/** In JSON text NUL and lone surrogates are escapes, after an even number of backslashes. PostgreSQL takes neither. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i

/** What logic of the application adds events by. */
export function eventsFor(context: InTransaction, inOrder: InOrder, runtime: Runtime): Outbox {
  const add = async (name: string, payload: object) => {
    await inOrder(() => addToOutbox({ kind: 'event', name, payload }, context, runtime))
  }
  return { add }
}
