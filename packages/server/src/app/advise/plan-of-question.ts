import type { Model } from '../../model/model.ts'
import { requireCollection } from '../../model/require-collection.ts'
import { askAs, type Runtime } from '../../operations/runtime.ts'
import { createUrlQueryReader } from '../../protocols/rest/query-from-url.ts'
import { always, type Condition } from '../../query/condition.ts'
import type { ReadPlan } from '../../query/plan.ts'
import { listPlanFromInput } from '../../query/read-plan.ts'
import type { Asker } from './askers.ts'
import type { Question } from './questions.ts'

/** What a question comes to, once it is checked and the rules are in it. */
export function planOfQuestion({ collection, behind, query }: Question, { actor }: Asker, runtime: Runtime): ReadPlan {
  const { model } = runtime
  const input = createUrlQueryReader().list(query)
  const asking = askAs({ actor, now: new Date().toISOString(), requestId: 'advise' }, runtime, input.hasTextValues)
  const target = requireCollection(
    model,
    behind === undefined ? collection : targetOf(collection, behind.relation, model),
  )
  const base: Condition =
    behind === undefined
      ? always
      : {
          kind: 'reachedFrom',
          collection,
          field: behind.relation,
          slot: asking.values.add({ kind: 'scalar', type: { kind: 'id' }, value: behind.id }),
          of: always,
        }
  return listPlanFromInput(input, target, asking, runtime.signer, base).plan
}

function targetOf(collection: string, relation: string, model: Model): string {
  return requireCollection(model, collection).fields.get(relation)!.relation!.target
}
