import type { CollectionModel, Model } from '../../model/model.ts'

const reachedFrom = new WeakMap<CollectionModel, readonly string[]>()

/**
 * Collections in which the database itself deletes or changes rows when a row of this one is deleted.
 *
 * References to it that are set to null are not among them: `releaseReferences` does that, row by row.
 */
export function reachedByDelete(collection: CollectionModel, model: Model): readonly string[] {
  const known = reachedFrom.get(collection)
  if (known !== undefined) return known
  const reached = new Set<string>()
  for (const name of referrersTo(collection.name, 'cascade', model)) addDeleted(name, reached, model)
  const names = [...reached]
  reachedFrom.set(collection, names)
  return names
}

/** Rows of the collection are deleted: with them go what refers to them, or its references. */
function addDeleted(name: string, reached: Set<string>, model: Model, deleted = new Set<string>()): void {
  reached.add(name)
  if (deleted.has(name)) return
  deleted.add(name)
  for (const referrer of referrersTo(name, 'setNull', model)) reached.add(referrer)
  for (const referrer of referrersTo(name, 'cascade', model)) addDeleted(referrer, reached, model, deleted)
}

function referrersTo(target: string, onDelete: 'cascade' | 'setNull', model: Model): readonly string[] {
  const refers = ({ relation }: { readonly relation: unknown }) => {
    const reference = relation as { kind: string; target: string; onDelete?: string } | undefined
    return reference?.kind === 'reference' && reference.target === target && reference.onDelete === onDelete
  }
  return [...model.collections.values()]
    .filter(({ fields }) => [...fields.values()].some(refers))
    .map(({ name }) => name)
}
