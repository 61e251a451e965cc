import type { CollectionModel } from '../model/model.ts'
import { addToOutbox } from './outbox.ts'
import type { InTransaction, Runtime } from './runtime.ts'
import { readAsSystem } from './stored-record.ts'

/** Stores that a record changed, in the transaction that changed it, where the collection announces its changes. */
export async function announce(
  what: 'created' | 'updated' | 'deleted',
  id: string,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<void> {
  if (!collection.announces) return
  const payload =
    what === 'deleted' ? { id } : publicPart(await readAsSystem(id, collection, context, runtime), collection)
  await addToOutbox(
    { kind: 'event', name: `${collection.name}.${what}`, collection: collection.name, recordId: id, payload },
    context,
    runtime,
  )
}

/** Private fields never leave the server, not even by an event. */
function publicPart(
  record: Readonly<Record<string, unknown>>,
  collection: CollectionModel,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => collection.fields.get(name)?.isPrivate !== true))
}
