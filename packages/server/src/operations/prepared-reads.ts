import { LRUCache } from 'lru-cache'
import type { Actor } from '../model/actor.ts'
import type { SelectionContext } from '../query/selection.ts'
import type { OperationContext } from './operations.ts'

/**
 * Remembers what was made of a query: the same frozen object, asked by somebody with the same rights, is checked and compiled once.
 *
 * Only frozen queries are remembered, since nothing else is sure to be the same next time, and none that asks for the time.
 */
export interface PreparedReads {
  get<P>(
    query: object,
    purpose: string,
    context: OperationContext,
    isText: boolean,
    make: (asking: SelectionContext) => P,
  ): P
}

/** Actors whose rights differ, per query. */
const maxActors = 64

export function createPreparedReads(
  askAs: (context: OperationContext, isText: boolean) => SelectionContext,
): PreparedReads {
  const prepared = new WeakMap<object, LRUCache<string, object>>()
  const rights = new WeakMap<Actor, string>()
  return {
    get<P>(
      query: object,
      purpose: string,
      context: OperationContext,
      isText: boolean,
      make: (asking: SelectionContext) => P,
    ): P {
      if (!Object.isFrozen(query) || context.isLocal === true) return make(askAs(context, isText))
      const known = entryOf(prepared, query, () => new LRUCache<string, object>({ max: maxActors }))
      const key = purpose + entryOf(rights, context.actor, () => rightsOf(context.actor))
      const found = known.get(key)
      if (found !== undefined) return found as P
      const asking = watchingTime(askAs(context, isText), context.now)
      const made = make(asking)
      if (!asking.hasAskedTime) known.set(key, made as object)
      return made
    },
  }
}

function entryOf<K extends object, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}

function rightsOf({ kind, id, roles }: Actor): string {
  return JSON.stringify([kind, id, roles])
}

/** A rule that compares with the moment of the request must be bound anew at each one. */
export function watchingTime(
  asking: SelectionContext,
  now: string,
): SelectionContext & { readonly hasAskedTime: boolean } {
  let hasAskedTime = false
  return Object.defineProperties(asking, {
    now: {
      get: () => {
        hasAskedTime = true
        return now
      },
    },
    hasAskedTime: { get: () => hasAskedTime },
  }) as SelectionContext & { readonly hasAskedTime: boolean }
}
