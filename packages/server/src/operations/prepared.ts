import type { Actor } from '../model/actor.ts'
import type { SelectionContext } from '../query/selection.ts'
import type { OperationContext } from './operations.ts'
import { watchingTime } from './watching-time.ts'

/**
 * Remembers what was made of a query or a declaration: what is asked of the same frozen object by somebody with the same rights is
 * checked and compiled once.
 *
 * Only of frozen objects, since nothing else is sure to be the same next time, and not what asks for the time.
 */
export interface Prepared {
  readonly get: Prepare
}

type Prepare = <P>(
  query: object,
  purpose: string,
  context: OperationContext,
  isText: boolean,
  make: (asking: SelectionContext) => P,
) => P

/** Actors whose rights differ, per query and purpose. */
const maxActors = 64
/** Callers choose some of them: which fields they write. */
const maxPurposes = 200

type Made = any // any: a purpose is of one caller, who knows what it makes

/** What was prepared of a query for one purpose. */
interface Known {
  /** Who asked last: the next is often the same, or nobody in particular as well. */
  actor: Actor
  made: Made
  readonly byRights: Map<string, Made>
}

export function createPrepared(askAs: (context: OperationContext, isText: boolean) => SelectionContext): Prepared {
  const prepared = new WeakMap<object, Map<string, Known>>()
  const rights = new WeakMap<Actor, string>()

  const prepare: Prepare = (query, purpose, context, isText, make) => {
    const { actor } = context
    const byPurpose = entryOf(prepared, query, () => new Map<string, Known>())
    const known = byPurpose.get(purpose)
    const key = entryOf(rights, actor, () => rightsOf(actor))
    const found = known?.byRights.get(key)
    if (known !== undefined && found !== undefined) return Object.assign(known, { actor, made: found }).made
    const asking = watchingTime(askAs(context, isText), context.now)
    const made = make(asking)
    if (asking.hasAskedTime) return made
    const byRights = known === undefined || known.byRights.size >= maxActors ? new Map() : known.byRights
    if (byPurpose.size >= maxPurposes) byPurpose.clear()
    byPurpose.set(purpose, { actor, made, byRights: byRights.set(key, made) })
    return made
  }

  return {
    get(query, purpose, context, isText, make) {
      if (!Object.isFrozen(query) || context.isLocal === true) return make(askAs(context, isText))
      const known = prepared.get(query)?.get(purpose)
      if (known !== undefined && known.actor === context.actor) return known.made
      return prepare(query, purpose, context, isText, make)
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

/** All of an actor that a rule can ask for but the time, which is asked anew each time. */
function rightsOf({ kind, id, roles, permissions, scopes, tenant }: Actor): string {
  return JSON.stringify([kind, id, roles, permissions, scopes, tenant])
}
