import { checkCache } from './cache-max-age.ts'
import { checkOptions } from './check-options.ts'
import { collectionOptions } from './collection.ts'
import { compileField } from './compile-field.ts'
import { compileIndexes } from './compile-indexes.ts'
import { compileRule } from './compile-rule.ts'
import type { Draft } from './draft.ts'
import type { AnyCollection } from './infer.ts'
import type { CollectionModel, FieldModel } from './model.ts'
import { collectionNamePattern, maxNameLength, reservedCollectionNames, snakeCase } from './names.ts'
import type { Problems } from './problems.ts'
import { systemFields } from './system-fields.ts'
import { isTenantField, withinTenant } from './tenant.ts'

/** Compiles what a collection says of itself; what it says of others comes later. */
export function compileCollection(declaration: AnyCollection, problems: Problems): Draft {
  const path = `collections.${declaration.name}`
  checkName(declaration.name, path, problems)
  checkOptions(declaration.unknown, collectionOptions, path, problems)
  checkCache(declaration, path, problems)
  checkTenant(declaration, path, problems)
  const fields = compileFields(declaration, path, problems)
  return {
    name: declaration.name,
    table: snakeCase(declaration.name),
    declaration,
    fields,
    rules: compileRules(declaration, path, problems),
    tenant: declaration.tenant,
    indexes: compileIndexes(declaration, fields, path, problems),
    actions: new Map(),
    hooks: { beforeCreate: [], afterCreate: [], beforeUpdate: [], afterUpdate: [], beforeDelete: [], afterDelete: [] },
  }
}

function checkName(name: string, path: string, problems: Problems): void {
  if (!collectionNamePattern.test(name)) problems.add(path, 'A collection is named in kebab-case, such as order-items.')
  if (name.length > maxNameLength) problems.add(path, `A name has at most ${maxNameLength} characters.`)
  if (reservedCollectionNames.has(name)) problems.add(path, `The name ${name} is reserved. Take another.`)
  if (/-search(-data|-idx|-content|-docsize|-config)?$/.test(name))
    problems.add(path, 'Names ending in -search are reserved for the tables of the full-text search. Take another.')
  if (/^(galley|sqlite|pg)-/.test(name))
    problems.add(path, 'Names beginning with galley-, sqlite- or pg- are reserved. Take another.')
}

function checkTenant({ tenant, fields }: AnyCollection, path: string, problems: Problems): void {
  if (tenant === undefined) return
  if (typeof tenant.collection !== 'string' || typeof tenant.field !== 'string')
    problems.add(
      `${path}.tenant`,
      "Name the collection of tenants: 'organizations', or { collection: 'organizations', field: 'owner' }.",
    )
  else if (!isTenantField(fields[tenant.field]))
    problems.add(
      `${path}.fields.${tenant.field}`,
      `The field is made by tenant. Remove it, or call the other one so: tenant: { collection: '${tenant.collection}', field: … }.`,
    )
}

function compileFields(declaration: AnyCollection, path: string, problems: Problems): Map<string, FieldModel> {
  const fields = new Map<string, FieldModel>(systemFields.map((field) => [field.name, field]))
  for (const [name, field] of Object.entries(declaration.fields)) {
    const compiled = compileField(name, field as never, `${path}.fields.${name}`, problems)
    if (compiled !== undefined && !fields.has(name)) fields.set(name, compiled)
  }
  checkColumns(fields, path, problems)
  for (const field of fields.values()) checkField(field, fields, `${path}.fields.${field.name}`, problems)
  return fields
}

function checkColumns(fields: ReadonlyMap<string, FieldModel>, path: string, problems: Problems): void {
  const owners = new Map([
    ['row_key', 'Galley itself'],
    ['search_vector', 'Galley itself'],
  ])
  for (const field of fields.values()) {
    for (const { name } of field.columns) {
      const owner = owners.get(name)
      if (owner !== undefined)
        problems.add(`${path}.fields.${field.name}`, `Its column ${name} is taken by ${owner}. Rename the field.`)
      owners.set(name, field.name)
    }
  }
}

function checkField(
  field: FieldModel,
  fields: ReadonlyMap<string, FieldModel>,
  path: string,
  problems: Problems,
): void {
  for (const sibling of field.type.siblings ?? []) {
    if (!fields.has(sibling)) problems.add(path, `It speaks of the field ${sibling}, which does not exist here.`)
  }
  if (field.type.isSearchable !== true) return
  if (field.isPrivate) problems.add(path, 'A private field cannot be searchable. Remove search or private.')
  if (field.read.kind !== 'constant' || !field.read.value)
    problems.add(
      path,
      'A searchable field must be readable by everyone who may read the record. Remove search or the read rule.',
    )
}

function compileRules(declaration: AnyCollection, path: string, problems: Problems): CollectionModel['rules'] {
  const { read, create, update, delete: remove, ...others } = declaration.rules
  for (const name of Object.keys(others)) {
    problems.add(
      `${path}.rules.${name}`,
      'There are rules for read, create, update and delete. An action has its own, in allow.',
    )
  }
  const compiled = (name: string, input: typeof read) => {
    const rule = compileRule(input, false, `${path}.rules.${name}`, problems)
    return declaration.tenant === undefined ? rule : withinTenant(rule, declaration.tenant)
  }
  return {
    read: compiled('read', read),
    create: compiled('create', create),
    update: compiled('update', update),
    delete: compiled('delete', remove),
  }
}
