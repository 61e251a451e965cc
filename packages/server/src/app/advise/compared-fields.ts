import type { CollectionModel, FieldModel, Model } from '../../model/model.ts'
import type { OperandData, Rule } from '../../model/rule.ts'

/** A field that a rule compares with something. */
export interface Comparison {
  readonly collection: CollectionModel
  readonly field: FieldModel
  readonly other: OperandData
}

/** All comparisons of the rules of a model, those behind references with the field at the end. */
export function comparisonsIn(model: Model): readonly Comparison[] {
  return [...model.collections.values()].flatMap((collection) =>
    rulesOf(collection).flatMap((rule) => comparisonsOf(rule, collection, model)),
  )
}

function rulesOf({ rules, fields }: CollectionModel): readonly Rule[] {
  return [...Object.values(rules), ...[...fields.values()].map((field) => field.read)]
}

function comparisonsOf(rule: Rule, collection: CollectionModel, model: Model): readonly Comparison[] {
  switch (rule.kind) {
    case 'and':
    case 'or':
      return rule.of.flatMap((part) => comparisonsOf(part, collection, model))
    case 'not':
      return comparisonsOf(rule.of, collection, model)
    case 'some': {
      const end = endOf(rule.path, collection, model)
      return end?.field.relation === undefined ? [] : comparisonsOf(rule.of, targetOf(end.field, model), model)
    }
    case 'compare':
      return [
        ...compared(rule.left, rule.right, collection, model),
        ...compared(rule.right, rule.left, collection, model),
      ]
    default:
      return []
  }
}

function compared(
  one: OperandData,
  other: OperandData,
  collection: CollectionModel,
  model: Model,
): readonly Comparison[] {
  const end = one.from === 'row' ? endOf(one.path, collection, model) : undefined
  return end === undefined || other.from === 'row' ? [] : [{ ...end, other }]
}

function endOf(
  path: readonly string[],
  collection: CollectionModel,
  model: Model,
): Pick<Comparison, 'collection' | 'field'> | undefined {
  const field = collection.fields.get(path[0]!)
  if (field === undefined || path.length === 1) return field && { collection, field }
  return endOf(path.slice(1), targetOf(field, model), model)
}

function targetOf(field: FieldModel, model: Model): CollectionModel {
  return model.collections.get(field.relation!.target)!
}
