import type { CollectionModel, Model } from './model.ts'

/** The collection of a name that the compiler has already checked. */
export function requireCollection(model: Model, name: string): CollectionModel {
  const collection = model.collections.get(name)
  if (collection === undefined) throw new Error(`The model has no collection ${name}.`)
  return collection
}
