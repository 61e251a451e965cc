import type { EffectContext, HookMoment } from '../model/action.ts'
import { system } from '../model/actor.ts'
import type { CollectionModel } from '../model/model.ts'
import { jobsFor } from './add-job.ts'
import { type CheckedInput, checkInput, type RecordValues } from './check-input.ts'
import { operationErrors } from './errors.ts'
import { inOrderOf } from './in-order.ts'
import { createDb } from './local-db.ts'
import type { Operations } from './operations.ts'
import { eventsFor } from './outbox.ts'
import { askAs, type InTransaction, type Runtime } from './runtime.ts'

/** Runs the hooks of a moment that answer nothing, in the order of their declaration. */
export async function runHooks(
  moment: Exclude<HookMoment, 'beforeCreate' | 'beforeUpdate'>,
  subject: object,
  collection: CollectionModel,
  context: InTransaction,
  operations: Operations,
  runtime: Runtime,
): Promise<void> {
  for (const hook of collection.hooks[moment])
    await hook.run({ ...effectsOf(context, operations, runtime), ...subject })
}

/**
 * Runs the hooks before a write, each with what those before it made of the values.
 *
 * What a hook returns is code's own word, so no write rule is asked; its types are checked like any input.
 */
export async function valuesAfterHooks(
  moment: 'beforeCreate' | 'beforeUpdate',
  given: CheckedInput,
  subject: object,
  collection: CollectionModel,
  context: InTransaction,
  operations: Operations,
  runtime: Runtime,
): Promise<CheckedInput> {
  const mode = {
    operation: moment === 'beforeCreate' ? 'create' : 'update',
    allowsIncrements: moment === 'beforeUpdate',
  } as const
  let current = given
  for (const hook of collection.hooks[moment]) {
    const values = Object.freeze({ ...current.values, ...incrementsAsGiven(current) })
    const result: unknown = await hook.run({ ...effectsOf(context, operations, runtime), ...subject, values })
    if (result === undefined || result === null) continue
    const asking = { ...askAs(context, runtime), actor: system }
    current = merged(current, checkInput(result, collection, asking, mode))
  }
  return current
}

function incrementsAsGiven({ increments }: CheckedInput): RecordValues {
  return Object.fromEntries(Object.entries(increments).map(([name, increment]) => [name, { increment }]))
}

/** The later word counts. What a hook refers to is not what the actor referred to. */
function merged(given: CheckedInput, own: CheckedInput): CheckedInput {
  const isOver = (name: string) => Object.hasOwn(own.values, name) || Object.hasOwn(own.increments, name)
  const kept = <V>(members: Readonly<Record<string, V>>) =>
    Object.fromEntries(Object.entries(members).filter(([name]) => !isOver(name)))
  return {
    values: { ...kept(given.values), ...own.values },
    increments: { ...kept(given.increments), ...own.increments },
    ruledFields: given.ruledFields,
    referred: new Set([...given.referred].filter((name) => !isOver(name))),
    id: own.id ?? given.id,
  }
}

/** What logic inside a transaction can reach. All of it runs in one order: an event waits for the write before it. */
export function effectsOf(context: InTransaction, operations: Operations, runtime: Runtime): EffectContext<any> {
  // any: the collections of the application
  const inside = { ...context, depth: (context.depth ?? 0) + 1 }
  if (inside.depth > maxDepth) throw operationErrors.too_deep({ details: { max: maxDepth } })
  const inOrder = inOrderOf()
  return {
    actor: context.actor,
    db: createDb(inside, operations, undefined, inOrder),
    jobs: jobsFor(inside, inOrder, runtime),
    events: eventsFor(inside, inOrder, runtime),
    now: context.now,
    log: runtime.log,
  }
}

/** Hooks that write call hooks; more of them inside each other are a circle. */
const maxDepth = 16

export function hasHooks(collection: CollectionModel, ...moments: readonly HookMoment[]): boolean {
  return moments.some((moment) => collection.hooks[moment].length > 0)
}
