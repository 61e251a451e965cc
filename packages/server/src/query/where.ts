import { isObject } from '../base/is-object.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { isOperator } from '../model/operator.ts'
import { requireCollection } from '../model/require-collection.ts'
import { type Asking, readableField, readableRowsBehind } from './access.ts'
import { allOf, always, anyOf, type Condition, negate, relatedTo } from './condition.ts'
import type { IssueList } from './errors.ts'
import { noSuchField } from './errors.ts'
import { filterField, mayAskMore, problem } from './filter-field.ts'

/** What reading a filter needs besides the filter. */
export interface WhereContext extends Asking {
  readonly issues: IssueList
  /** Values are text from a URL. */
  readonly isText: boolean
  /** How many conditions one filter may have. */
  readonly maxConditions: number
  /** How deep relations and groups may nest. */
  readonly maxDepth: number
  readonly count: { conditions: number }
}

/**
 * Reads a filter: every name must be a field the actor may read, every operator one the field has, every value of its type.
 *
 * A field that is hidden from the actor is unknown, also behind relations, where only rows the actor may read count.
 * Where it is hidden in some rows only, it counts as null there.
 */
export function conditionFromWhere(
  where: unknown,
  collection: CollectionModel,
  context: WhereContext,
  label = 'filter',
): Condition {
  return membersCondition(where, { collection, context, at: label, depth: 0 })
}

/** Where in a filter we are: of which collection it speaks there. */
interface Place {
  readonly collection: CollectionModel
  readonly context: WhereContext
  readonly at: string
  readonly depth: number
}

function membersCondition(where: unknown, place: Place): Condition {
  const { context, at, depth } = place
  if (!isObject(where)) return problem(context, at, 'type', 'must name fields, such as filter[price][gte]=10')
  if (depth > context.maxDepth)
    return problem(context, at, 'too_deep', `is nested deeper than ${context.maxDepth} levels`)
  return allOf(Object.entries(where).map(([name, value]) => member(name, value, inside(place, name))))
}

function member(name: string, value: unknown, place: Place): Condition {
  if (name === 'and' || name === 'or') return group(name, value, place)
  if (name === 'not') return negate(somethingAsked(value, deeper(place)))
  const [first, ...rest] = name.split('.') as [string, ...string[]]
  const { collection, context, at } = place
  const found = readableField(first, collection, context)
  if (found === undefined) {
    context.issues.add(at, 'unknown_field', noSuchField(first, collection.name))
    return always
  }
  return fieldCondition(found, rest.length > 0 ? { [rest.join('.')]: value } : value, place)
}

function group(word: 'and' | 'or', value: unknown, place: Place): Condition {
  if (!Array.isArray(value) || value.length === 0)
    return problem(place.context, place.at, 'type', `must be a list, such as filter[${word}][0][name]=x`)
  const conditions = value.map((part, index) => somethingAsked(part, deeper(inside(place, String(index)))))
  return word === 'and' ? allOf(conditions) : anyOf(conditions)
}

/** A part of a filter that asks nothing is a mistake, not a wish for everything. */
function somethingAsked(where: unknown, place: Place): Condition {
  if (isObject(where) && Object.keys(where).length === 0) return asksNothing(place)
  return membersCondition(where, place)
}

function asksNothing({ context, at }: Place): Condition {
  return problem(context, at, 'type', 'asks nothing: give a value, or an operator such as [gte]=10')
}

interface FoundField {
  readonly field: FieldModel
  readonly readable: Condition
}

function fieldCondition(found: FoundField, value: unknown, place: Place): Condition {
  const { field, readable } = found
  const subject = { field, readable, key: undefined, context: place.context }
  if (!isObject(value)) return filterField('eq', value, { ...subject, at: place.at })
  if (Object.keys(value).length === 0) return asksNothing(place)
  return allOf(
    Object.entries(value).map(([word, operand]) => {
      const there = inside(place, word)
      if (field.relation !== undefined && field.relation.kind !== 'reference')
        return farSide(word, operand, found, there)
      if (isOperator(word)) return filterField(word, operand, { ...subject, at: there.at })
      if (field.relation !== undefined) return behind(found, { [word]: operand }, place)
      return part(word, operand, found, there)
    }),
  )
}

/** A member of an object value that has a column of its own: `price.currency`. */
function part(key: string, value: unknown, { field, readable }: FoundField, place: Place): Condition {
  const { context, at } = place
  if (!field.columns.some((column) => column.key === key)) {
    const known = field.type.operators.join(', ')
    return problem(context, at, 'unknown_operator', `${field.name} can be filtered by: ${known}`)
  }
  const subject = { field, readable, key, context }
  if (!isObject(value)) return filterField('eq', value, { ...subject, at })
  if (Object.keys(value).length === 0) return asksNothing(place)
  return allOf(
    Object.entries(value).map(([word, operand]) => {
      const there = inside(place, word).at
      if (isOperator(word)) return filterField(word, operand, { ...subject, at: there })
      return problem(context, there, 'unknown_operator', `there is no operator ${word}`)
    }),
  )
}

/** What must hold of a record behind a relation, of those the actor may read. */
function behind({ field, readable }: FoundField, where: unknown, place: Place): Condition {
  const { context, collection } = place
  if (!mayAskMore(context, place.at)) return readable
  const target = requireCollection(context.model, field.relation!.target)
  const of = membersCondition(where, { ...deeper(place), collection: target })
  return allOf([readable, relatedTo(collection.name, field.name, allOf([readableRowsBehind(field, context), of]))])
}

function farSide(word: string, where: unknown, found: FoundField, place: Place): Condition {
  if (word !== 'some' && word !== 'none')
    return problem(place.context, place.at, 'unknown_operator', `${found.field.name} can be filtered by: some, none`)
  const some = behind(found, where === true || where === 'true' ? {} : where, place)
  return word === 'some' ? some : negate(some)
}

function inside(place: Place, name: string): Place {
  return { ...place, at: `${place.at}[${name}]` }
}

function deeper(place: Place): Place {
  return { ...place, depth: place.depth + 1 }
}
