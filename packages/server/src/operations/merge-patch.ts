import { isObject } from '../base/is-object.ts'
import type { CollectionModel } from '../model/model.ts'
import type { RecordValues } from './check-input.ts'

/** Whether the patch changes a part of a value, so that the rest of the value must be known. */
export function mergeNeeds(patch: unknown, collection: CollectionModel): boolean {
  return (
    isObject(patch) && Object.entries(patch).some(([name, value]) => isObject(value) && isObjectField(name, collection))
  )
}

/** Completes values of which the patch has only a part (RFC 7396): members that are null are removed, objects are merged. */
export function mergePatch(patch: unknown, previous: RecordValues, collection: CollectionModel): unknown {
  if (!isObject(patch)) return patch
  const entries = Object.entries(patch).map(
    ([name, value]) =>
      [name, isObject(value) && isObjectField(name, collection) ? merge(previous[name], value) : value] as const,
  )
  return Object.fromEntries(entries)
}

function isObjectField(name: string, collection: CollectionModel): boolean {
  const kind = collection.fields.get(name)?.type.shape.kind
  return kind === 'object' || kind === 'json'
}

function merge(target: unknown, patch: Readonly<Record<string, unknown>>): unknown {
  const merged = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, isObject(value) ? merge(merged.get(name), value) : value)
  }
  return Object.fromEntries(merged)
}
