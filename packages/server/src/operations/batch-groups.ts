import { isObject } from '../base/is-object.ts'
import type { BatchStep } from './batch.ts'
import { isOneInsert } from './create.ts'
import type { InTransaction, Runtime } from './runtime.ts'

/** Runs a step of a batch and gives its JSON. It may be called twice. */
export type StepRun = (context: InTransaction) => Promise<string>

/**
 * How many steps from `first` on may be sent without waiting for each other's answers; at least 1.
 *
 * Those are creates of one statement each, which are sent in their order, and know nothing of each other's results.
 */
export function countTogether(steps: readonly BatchStep[], first: number, { database, model }: Runtime): number {
  if (!database.dialect.sharesRoundTrips) return 1
  const awaited = new Set<string>()
  let next = first
  for (; next < steps.length; next += 1) {
    const { operation, collection: name, data, ref } = steps[next]!
    const collection = model.collections.get(name)
    if (operation !== 'create' || collection === undefined) break
    if (!isObject(data) || !isOneInsert(data, collection)) break
    if (awaited.size > 0 && refersTo(data, awaited)) break
    if (ref !== undefined) awaited.add(ref)
  }
  return Math.max(next - first, 1)
}

/**
 * Runs steps and gives their results in order.
 *
 * Several are sent together. When anything goes wrong there, it is undone and they are run one by one: so each step meets what it
 * would have met alone, and the first one that fails is the one that is told.
 */
export async function runGroup(runs: readonly StepRun[], context: InTransaction): Promise<readonly string[]> {
  if (runs.length === 1) return [await runs[0]!(context)]
  try {
    return await context.tx.savepoint(() => allOf(runs, { ...context, isTentative: true }))
  } catch {
    return oneByOne(runs, context)
  }
}

function refersTo(value: unknown, names: ReadonlySet<string>): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (isObject(value) && typeof value.$ref === 'string' && names.has(value.$ref.split('.', 1)[0]!)) return true
  return Object.values(value).some((member) => refersTo(member, names))
}

/** Waits for all of them even when one fails: nothing is under way any more when they are undone. */
async function allOf(runs: readonly StepRun[], context: InTransaction): Promise<readonly string[]> {
  const outcomes = await Promise.allSettled(runs.map((run) => run(context)))
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}

async function oneByOne(runs: readonly StepRun[], context: InTransaction): Promise<readonly string[]> {
  const jsons: string[] = []
  for (const run of runs) jsons.push(await run(context))
  return jsons
}
