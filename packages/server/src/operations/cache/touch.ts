import type { CollectionModel } from '../../model/model.ts'
import type { InTransaction, Runtime } from '../runtime.ts'
import { reachedByDelete } from './reached-by-delete.ts'
import type { Touched } from './touched.ts'

/**
 * Notes that a row was written, and with it whatever the database does by itself when it is deleted.
 *
 * Links need no note of their own: with them the version of their owner moves on, and who looks at links looks at their owners.
 */
export function touchRow(
  kind: 'insert' | 'update' | 'delete',
  id: string,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): void {
  touch(collection.name, (touched) => touched.addRow(collection.name, id), context, runtime)
  if (kind !== 'delete') return
  for (const name of reachedByDelete(collection, runtime.model))
    touch(name, (touched) => touched.addAll(name), context, runtime)
}

function touch(
  collection: string,
  note: (touched: Touched) => void,
  { tx }: InTransaction,
  { touchedIn, freshness }: Runtime,
): void {
  const touched = touchedIn(tx)
  // Opened past the runtime: nobody tells when it is committed.
  if (touched === undefined) freshness.distrust(collection)
  else note(touched)
}
