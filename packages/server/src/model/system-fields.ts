import type { FieldType } from './field.ts'
import type { FieldModel } from './model.ts'
import { operatorSets } from './operator.ts'
import { everyone, nobody } from './rule.ts'

const keep = (value: unknown) => value

const idType: FieldType = {
  name: 'id',
  shape: { kind: 'text', format: 'uuid' },
  columns: [{ type: { kind: 'id' } }],
  operators: operatorSets.ordered,
  parse: keep,
}
const instantType: FieldType = {
  name: 'instant',
  shape: { kind: 'instant' },
  columns: [{ type: { kind: 'instant' } }],
  operators: operatorSets.ordered,
  parse: keep,
}
const versionType: FieldType = {
  name: 'integer',
  shape: { kind: 'integer', min: 1 },
  columns: [{ type: { kind: 'integer' } }],
  operators: operatorSets.ordered,
  parse: keep,
}

/** The fields of every record, in the order in which answers show them. */
export const systemFields: readonly FieldModel[] = Object.freeze([
  systemField('id', 'id', idType, 'UUIDv7 of the record.'),
  systemField('createdAt', 'created_at', instantType, 'When the record was created.'),
  systemField('updatedAt', 'updated_at', instantType, 'When the record was last changed.'),
  systemField('version', 'version', versionType, 'Counts the changes of the record, from 1.'),
])

function systemField(name: string, column: string, type: FieldType, description: string): FieldModel {
  const columnType = type.columns[0]!.type
  return Object.freeze({
    name,
    type,
    options: Object.freeze({}),
    isSystem: true,
    isOptional: false,
    isUnique: name === 'id',
    isImmutable: true,
    isPrivate: false,
    hasDefault: true,
    read: everyone(),
    write: nobody(),
    columns: Object.freeze([Object.freeze({ name: column, key: undefined, type: columnType, isNullable: false })]),
    relation: undefined,
    description,
  })
}
