import type { Actor } from '../model/actor.ts'
import type { CollectionModel, FieldModel, Model } from '../model/model.ts'
import { requireCollection } from '../model/require-collection.ts'
import type { Rule } from '../model/rule.ts'
import { isInScope } from '../model/scopes.ts'
import { bindRule } from './bind-rule.ts'
import { allOf, always, type Condition, isNever, never } from './condition.ts'
import type { Values } from './values.ts'

/** Who asks, in one request: what binding a rule needs. */
export interface Asking {
  readonly model: Model
  readonly actor: Actor
  /** ISO 8601. */
  readonly now: string
  readonly values: Values
}

/** When the actor may read rows of the collection: of those that exist for them, all or none, as their scopes say. */
export function readableRows(collection: CollectionModel, asking: Asking): Condition {
  return isInScope(asking.actor, collection.name, 'read') ? visibleRows(collection, asking) : never
}

/**
 * Which rows of the collection exist for the actor: those of the read rule. Scopes do not take rows away, only operations, so that
 * a key may change what it may not read.
 */
export function visibleRows(collection: CollectionModel, asking: Asking): Condition {
  return ruleFor(collection.rules.read, collection, asking)
}

/** A rule as a condition for this actor; the system passes every rule. */
export function ruleFor(rule: Rule, collection: CollectionModel, asking: Asking): Condition {
  if (asking.actor.kind === 'system') return always
  return bindRule(rule, collection, asking)
}

/** When the actor may read the field: `never` means that it does not exist for this actor. */
export function fieldReadable(field: FieldModel, collection: CollectionModel, asking: Asking): Condition {
  if (asking.actor.kind === 'system') return always
  if (field.isPrivate || isNever(connectionReadable(field, asking))) return never
  return bindRule(field.read, collection, asking)
}

/** Rows behind a relation that the actor may read, and may know to be there: the far side tells no more than the near one. */
export function readableRowsBehind(field: FieldModel, asking: Asking): Condition {
  const target = requireCollection(asking.model, field.relation!.target)
  return allOf([readableRows(target, asking), connectionReadable(field, asking)])
}

/** Rows behind a relation that exist for the actor, and may be known to be there. */
export function visibleRowsBehind(field: FieldModel, asking: Asking): Condition {
  const target = requireCollection(asking.model, field.relation!.target)
  return allOf([visibleRows(target, asking), connectionReadable(field, asking)])
}

/** In which rows behind the far side of a relation the actor may read the field that connects them. */
function connectionReadable(field: FieldModel, asking: Asking): Condition {
  const near = nearSide(field, asking.model)
  return near === undefined ? always : fieldReadable(near.field, near.collection, asking)
}

/** The field of the target that a far side is the other end of; undefined for fields that are no far side. */
function nearSide(field: FieldModel, model: Model): { field: FieldModel; collection: CollectionModel } | undefined {
  const { relation } = field
  if (relation === undefined || relation.kind === 'reference') return undefined
  const declared = field.type.relation!
  const by = relation.kind === 'manyToMany' ? declared.kind === 'manyToMany' && declared.by : relation.by
  if (by === undefined || by === false) return undefined
  const collection = requireCollection(model, relation.target)
  return { field: collection.fields.get(by)!, collection }
}

/** The field of a name when the actor may read it, at least in some rows; to whom it is hidden, it does not exist. */
export function readableField(
  name: string,
  collection: CollectionModel,
  asking: Asking,
): { field: FieldModel; readable: Condition } | undefined {
  const field = collection.fields.get(name)
  if (field === undefined) return undefined
  const readable = fieldReadable(field, collection, asking)
  return isNever(readable) ? undefined : { field, readable }
}

/** When the actor may set the field. */
export function fieldWritable(field: FieldModel, collection: CollectionModel, asking: Asking): Condition {
  if (asking.actor.kind === 'system') return always
  if (field.isPrivate) return never
  if (isNever(connectionWritable(field, asking))) return never
  return bindRule(field.write, collection, asking)
}

/** In which rows behind the far side of a relation the actor may set the field that connects them. */
export function connectionWritable(field: FieldModel, asking: Asking): Condition {
  const near = nearSide(field, asking.model)
  return near === undefined ? always : fieldWritable(near.field, near.collection, asking)
}
