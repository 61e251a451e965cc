import type { CollectionModel, FieldModel, Model } from '../../model/model.ts'
import { collectProblems, type Problems } from '../../model/problems.ts'
import { noSuchField } from '../../query/errors.ts'
import { importErrors } from './errors.ts'

/** Where the cells of a column go. */
export type ColumnTarget =
  | { readonly kind: 'ignored' }
  | { readonly kind: 'field'; readonly field: FieldModel }
  /** The cell is the value of a unique field of the record that is referred to. */
  | { readonly kind: 'reference'; readonly field: FieldModel; readonly collection: string; readonly by: FieldModel }

/**
 * Finds the target of each column: what `map` says (`column=field`, `column=reference.uniqueField`, `column=` for none),
 * else the field of the same name.
 *
 * @throws import_bad_columns  with everything that does not fit.
 */
export function columnTargets(
  header: readonly string[],
  map: readonly string[],
  collection: CollectionModel,
  model: Model,
): readonly ColumnTarget[] {
  const problems = collectProblems()
  const mapped = new Map(map.flatMap((entry) => splitEntry(entry, problems)))
  for (const column of mapped.keys()) {
    if (!header.includes(column))
      problems.add(column, `The file has no column of this name. It has: ${header.join(', ')}.`)
  }
  const targets = header.map((column) => targetOf(column, mapped.get(column), { collection, model, problems }))
  reportDoubles(header, targets, problems)
  if (problems.all.length === 0) return targets
  const list = problems.all.map((issue) => `  ${issue.pointer}: ${issue.message}`).join('\n')
  throw importErrors.bad_columns({ details: { collection: collection.name, list }, issues: problems.all })
}

interface Place {
  readonly collection: CollectionModel
  readonly model: Model
  readonly problems: Problems
}

const ignored: ColumnTarget = Object.freeze({ kind: 'ignored' })

/** The last = divides, because a name of a field has none. */
function splitEntry(entry: string, problems: Problems): readonly [column: string, target: string][] {
  const position = entry.lastIndexOf('=')
  if (position >= 0) return [[entry.slice(0, position), entry.slice(position + 1)]]
  problems.add(entry, 'Write a mapping as column=field.')
  return []
}

function targetOf(column: string, mapped: string | undefined, place: Place): ColumnTarget {
  if (mapped === '') return ignored
  const [name = '', by] = (mapped ?? column).split('.', mapped === undefined ? 1 : 2)
  const field = mapped === undefined ? place.collection.fields.get(column) : place.collection.fields.get(name)
  if (field === undefined) return unknownField(column, mapped ?? column, place)
  return by === undefined ? { kind: 'field', field } : referenceTarget(column, field, by, place)
}

function unknownField(column: string, name: string, { collection, problems }: Place): ColumnTarget {
  const fields = [...collection.fields.keys()].join(', ')
  problems.add(
    column,
    `There is no field ${name}. Say where the column goes with --map '${column}=<field>', or leave it out with --map '${column}='. Fields: ${fields}.`,
  )
  return ignored
}

function referenceTarget(column: string, field: FieldModel, byName: string, { model, problems }: Place): ColumnTarget {
  if (field.relation?.kind !== 'reference') {
    problems.add(column, `The field ${field.name} refers to no other record.`)
    return ignored
  }
  const collection = field.relation.target
  const target = model.collections.get(collection)!
  const by = target.fields.get(byName)
  if (by === undefined) problems.add(column, noSuchField(byName, collection))
  else if (!by.isUnique || (target.tenant !== undefined && by.name !== 'id'))
    problems.add(column, `The field ${byName} of ${collection} is not unique, so it cannot tell which record is meant.`)
  return by === undefined ? ignored : { kind: 'reference', field, collection, by }
}

function reportDoubles(header: readonly string[], targets: readonly ColumnTarget[], problems: Problems): void {
  const owners = new Map<string, string>()
  for (const [position, target] of targets.entries()) {
    if (target.kind === 'ignored') continue
    const column = header[position]!
    const owner = owners.get(target.field.name)
    if (owner !== undefined)
      problems.add(column, `It goes to the field ${target.field.name}, and so does the column ${owner}.`)
    owners.set(target.field.name, column)
  }
}
