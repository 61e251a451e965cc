import type { CollectionModel, FieldModel, Model } from './model.ts'
import { requireCollection } from './require-collection.ts'
import type { OperandData, Rule } from './rule.ts'

/** All fields that a rule looks at, those behind relations and on the way to them too. */
export function fieldsOfRule(rule: Rule, collection: CollectionModel, model: Model): readonly FieldModel[] {
  const further = (part: Rule) => fieldsOfRule(part, collection, model)
  switch (rule.kind) {
    case 'constant':
    case 'signedIn':
    case 'role':
    case 'permission':
    case 'recentlyAuthenticated':
      return []
    case 'and':
    case 'or':
      return rule.of.flatMap(further)
    case 'not':
      return further(rule.of)
    case 'isNull':
      return fieldsOfOperand(rule.operand, collection, model)
    case 'allows':
      return fieldsOfOperand(rule.list, collection, model)
    case 'compare':
      return [rule.left, rule.right].flatMap((operand) => fieldsOfOperand(operand, collection, model))
    case 'some': {
      const way = fieldsOnPath(rule.path, collection, model)
      const target = requireCollection(model, way.at(-1)!.relation!.target)
      return [...way, ...fieldsOfRule(rule.of, target, model)]
    }
  }
}

function fieldsOfOperand(operand: OperandData, collection: CollectionModel, model: Model): readonly FieldModel[] {
  return operand.from === 'row' ? fieldsOnPath(operand.path, collection, model) : []
}

function fieldsOnPath(path: readonly string[], collection: CollectionModel, model: Model): readonly FieldModel[] {
  const [name, ...rest] = path
  const field = collection.fields.get(name!)!
  if (rest.length === 0) return [field]
  return [field, ...fieldsOnPath(rest, requireCollection(model, field.relation!.target), model)]
}
