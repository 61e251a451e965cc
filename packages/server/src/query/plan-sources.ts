import type { Model } from '../model/model.ts'
import { requireCollection } from '../model/require-collection.ts'
import type { AggregatePlan, ReadPlan } from './plan.ts'

/** What the answer of a plan is made from. */
export interface PlanSources {
  /** Every collection that is looked at: by the selection, by filters, sorts and rules. Links are part of either end. */
  readonly collections: ReadonlySet<string>
  /** Whether nothing is looked at but the rows of the plan's own collection, each by itself. */
  readonly isOfRowsAlone: boolean
}

/** Finds every collection that a plan names, wherever it does: plans are plain data, and only collections are told so. */
export function planSources(plan: ReadPlan | AggregatePlan, model: Model): PlanSources {
  const collections = new Set<string>()
  let looks = 0
  const look = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const { collection, field, target } = node as { collection?: unknown; field?: unknown; target?: unknown }
    if (typeof collection === 'string') {
      collections.add(collection)
      looks += 1
      const relation = typeof field === 'string' ? fieldNamed(field, collection, model)?.relation : undefined
      if (relation !== undefined) collections.add(relation.target)
    }
    if (typeof target === 'string') {
      collections.add(target)
      looks += 1
    }
    for (const part of Object.values(node)) look(part)
  }
  look(plan)
  return { collections, isOfRowsAlone: looks === 1 }
}

function fieldNamed(name: string, collection: string, model: Model) {
  return requireCollection(model, collection).fields.get(name)
}
