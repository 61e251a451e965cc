import type { Action, Hook } from './action.ts'
import type { App } from './app.ts'
import { checkRule } from './check-rule.ts'
import { checkSettings } from './check-settings.ts'
import { compileAction } from './compile-action.ts'
import { compileField } from './compile-field.ts'
import { type RelationContext, resolveRelation } from './compile-relation.ts'
import { compileRoles } from './compile-roles.ts'
import { compileRule } from './compile-rule.ts'
import type { AnyCollection } from './infer.ts'
import type { ActionModel, CollectionModel, FieldModel, IndexModel, Model } from './model.ts'
import { collectionNamePattern, maxNameLength, reservedCollectionNames, snakeCase } from './names.ts'
import { collectProblems, declarationError, type Problems } from './problems.ts'
import { requiredReferenceCycles } from './reference-cycles.ts'
import { systemFields } from './system-fields.ts'

/**
 * Compiles the declarations of an application into its model.
 *
 * @throws model_invalid  with every problem there is, each with its path and a sentence that says what to do.
 */
export function compileModel(app: App): Model {
  const problems = collectProblems()
  const declared = declarationsOf(app)
  checkSettings(app.settings, problems)
  checkFeatureNames(app.features, problems)
  const roles = compileRoles(app.roles, problems)
  const collections = compileCollections(declared.collections, problems)
  compileActions(declared.actions, collections, problems)
  compileHooks(declared.hooks, collections, problems)
  for (const collection of collections.values()) checkCollection(collection, collections, roles, problems)
  for (const cycle of requiredReferenceCycles(collections)) {
    problems.add(
      `collections.${cycle[0]}`,
      `The required references ${cycle.join(' → ')} form a circle, so no first record could be created. Make one of them optional.`,
    )
  }
  if (problems.all.length > 0) throw declarationError(app.name, problems.all)
  return Object.freeze({
    name: app.name,
    description: app.description,
    collections: freezeCollections(collections),
    roles,
    features: app.features,
    settings: app.settings,
  })
}

/** A collection while it is being compiled: relations, actions and hooks are added in later passes. */
export interface Draft {
  readonly name: string
  readonly table: string
  readonly declaration: AnyCollection
  readonly fields: Map<string, FieldModel>
  readonly rules: CollectionModel['rules']
  readonly indexes: readonly IndexModel[]
  readonly actions: Map<string, ActionModel>
  readonly hooks: Record<Hook['moment'], Hook[]>
}
export type Drafts = ReadonlyMap<string, Draft>

function checkFeatureNames(features: App['features'], problems: Problems): void {
  const names = features.map((feature) => feature.name)
  for (const name of new Set(names.filter((candidate, index) => names.indexOf(candidate) !== index))) {
    problems.add(`features.${name}`, 'There are two features of this name. List it once.')
  }
}

function declarationsOf(app: App): {
  collections: readonly AnyCollection[]
  actions: readonly Action[]
  hooks: readonly Hook[]
} {
  return {
    collections: [...app.collections, ...app.features.flatMap((feature) => feature.collections ?? [])],
    actions: [...app.actions, ...app.features.flatMap((feature) => feature.actions ?? [])],
    hooks: [...app.hooks, ...app.features.flatMap((feature) => feature.hooks ?? [])],
  }
}

function compileCollections(declared: readonly AnyCollection[], problems: Problems): Map<string, Draft> {
  const drafts = new Map<string, Draft>()
  const tables = new Map<string, string>()
  for (const declaration of declared) {
    const path = `collections.${declaration.name}`
    checkCollectionName(declaration.name, path, problems)
    const table = snakeCase(declaration.name)
    const owner = tables.get(table)
    if (owner !== undefined) {
      problems.add(
        path,
        owner === declaration.name
          ? `There are two collections named ${owner}. Rename one.`
          : `It would share the table ${table} with the collection ${owner}. Rename one.`,
      )
      continue
    }
    tables.set(table, declaration.name)
    drafts.set(declaration.name, draftCollection(declaration, table, problems))
  }
  resolveRelations(drafts, problems)
  return drafts
}

function checkCollectionName(name: string, path: string, problems: Problems): void {
  if (!collectionNamePattern.test(name)) problems.add(path, 'A collection is named in kebab-case, such as order-items.')
  if (name.length > maxNameLength) problems.add(path, `A name has at most ${maxNameLength} characters.`)
  if (reservedCollectionNames.has(name)) problems.add(path, `The name ${name} is reserved. Take another.`)
  if (/-search(-data|-idx|-content|-docsize|-config)?$/.test(name)) {
    problems.add(path, 'Names ending in -search are reserved for the tables of the full-text search. Take another.')
  }
  if (name.startsWith('galley-') || name.startsWith('sqlite-') || name.startsWith('pg-'))
    problems.add(path, 'Names beginning with galley-, sqlite- or pg- are reserved. Take another.')
}

function draftCollection(declaration: AnyCollection, table: string, problems: Problems): Draft {
  const path = `collections.${declaration.name}`
  const fields = new Map<string, FieldModel>(systemFields.map((field) => [field.name, field]))
  for (const [name, field] of Object.entries(declaration.fields)) {
    const compiled = compileField(name, field as never, `${path}.fields.${name}`, problems)
    if (compiled !== undefined) fields.set(name, compiled)
  }
  checkColumns(fields, path, problems)
  checkSiblings(fields, path, problems)
  const rules = {
    read: compileRule(declaration.rules.read, false, `${path}.rules.read`, problems),
    create: compileRule(declaration.rules.create, false, `${path}.rules.create`, problems),
    update: compileRule(declaration.rules.update, false, `${path}.rules.update`, problems),
    delete: compileRule(declaration.rules.delete, false, `${path}.rules.delete`, problems),
  }
  for (const name of Object.keys(declaration.rules)) {
    if (!(name in rules))
      problems.add(
        `${path}.rules.${name}`,
        'There are rules for read, create, update and delete. An action has its own, in allow.',
      )
  }
  const indexes = compileIndexes(declaration, fields, path, problems)
  return { name: declaration.name, table, declaration, fields, rules, indexes, actions: new Map(), hooks: emptyHooks() }
}

function emptyHooks(): Draft['hooks'] {
  return { beforeCreate: [], afterCreate: [], beforeUpdate: [], afterUpdate: [], beforeDelete: [], afterDelete: [] }
}

function checkColumns(fields: ReadonlyMap<string, FieldModel>, path: string, problems: Problems): void {
  const owners = new Map<string, string>([
    ['row_key', 'Galley itself'],
    ['search_vector', 'Galley itself'],
  ])
  for (const field of fields.values()) {
    for (const column of field.columns) {
      const owner = owners.get(column.name)
      if (owner !== undefined)
        problems.add(
          `${path}.fields.${field.name}`,
          `Its column ${column.name} is taken by ${owner}. Rename the field.`,
        )
      owners.set(column.name, field.name)
    }
  }
}

function checkSiblings(fields: ReadonlyMap<string, FieldModel>, path: string, problems: Problems): void {
  for (const field of fields.values()) {
    for (const sibling of field.type.siblings ?? []) {
      if (!fields.has(sibling))
        problems.add(`${path}.fields.${field.name}`, `It speaks of the field ${sibling}, which does not exist here.`)
    }
    if (field.type.isSearchable === true && !(field.read.kind === 'constant' && field.read.value)) {
      problems.add(
        `${path}.fields.${field.name}`,
        'A searchable field must be readable by everyone who may read the record. Remove search or the read rule.',
      )
    }
    if (field.type.isSearchable === true && field.isPrivate)
      problems.add(`${path}.fields.${field.name}`, 'A private field cannot be searchable. Remove search or private.')
  }
}

function compileIndexes(
  declaration: AnyCollection,
  fields: ReadonlyMap<string, FieldModel>,
  path: string,
  problems: Problems,
): readonly IndexModel[] {
  return declaration.indexes.map((index, position) => {
    const names: readonly string[] = 'fields' in index ? index.fields : index
    if (names.length === 0) problems.add(`${path}.indexes[${position}]`, 'An index needs at least one field.')
    for (const name of names) {
      const field = fields.get(name)
      if (field === undefined) problems.add(`${path}.indexes[${position}]`, `There is no field ${name}.`)
      else if (field.columns.length === 0)
        problems.add(
          `${path}.indexes[${position}]`,
          `The field ${name} rests in another table and cannot be indexed here.`,
        )
    }
    return Object.freeze({ fields: Object.freeze([...names]), isUnique: 'fields' in index && index.unique === true })
  })
}

function resolveRelations(drafts: Drafts, problems: Problems): void {
  for (const draft of drafts.values()) {
    for (const field of draft.fields.values()) {
      if (field.type.relation === undefined) continue
      const context: RelationContext = {
        collection: draft.name,
        table: draft.table,
        field: field.name,
        columns: field.columns,
        path: `collections.${draft.name}.fields.${field.name}`,
      }
      const relation = resolveRelation(field.type.relation, context, drafts, problems)
      draft.fields.set(field.name, Object.freeze({ ...field, relation }))
    }
  }
}

function compileActions(actions: readonly Action[], drafts: Drafts, problems: Problems): void {
  for (const action of actions) {
    const draft = drafts.get(action.collection)
    const path = `actions.${action.collection}.${action.name}`
    if (draft === undefined) problems.add(path, `There is no collection ${action.collection}.`)
    else if (draft.actions.has(action.name)) problems.add(path, 'There are two actions of this name. Rename one.')
    else draft.actions.set(action.name, compileAction(action, draft, drafts, path, problems))
  }
}

function compileHooks(hooks: readonly Hook[], drafts: Drafts, problems: Problems): void {
  for (const hook of hooks) {
    const draft = drafts.get(hook.collection)
    if (draft === undefined)
      problems.add(`hooks.${hook.collection}.${hook.moment}`, `There is no collection ${hook.collection}.`)
    else if (!(hook.moment in draft.hooks))
      problems.add(
        `hooks.${hook.collection}.${hook.moment}`,
        `A hook runs at one of: ${Object.keys(draft.hooks).join(', ')}.`,
      )
    else draft.hooks[hook.moment].push(hook)
  }
}

function checkCollection(draft: Draft, drafts: Drafts, roles: Model['roles'], problems: Problems): void {
  const path = `collections.${draft.name}`
  const at = { collection: draft.name, drafts, roles, problems, hasRow: true }
  for (const [name, rule] of Object.entries(draft.rules)) checkRule(rule, { ...at, path: `${path}.rules.${name}` })
  for (const field of draft.fields.values()) {
    checkRule(field.read, { ...at, path: `${path}.fields.${field.name}.read` })
    checkRule(field.write, { ...at, path: `${path}.fields.${field.name}.write` })
  }
  for (const action of draft.actions.values()) {
    checkRule(action.allow, {
      ...at,
      hasRow: action.on === 'record',
      path: `actions.${draft.name}.${action.name}.allow`,
    })
    if (draft.fields.get(action.name)?.relation !== undefined) {
      problems.add(
        `actions.${draft.name}.${action.name}`,
        `A relation has the same name, and both are reached by POST /api/${draft.name}/{id}/${action.name}. Rename one.`,
      )
    }
  }
}

function freezeCollections(drafts: Drafts): ReadonlyMap<string, CollectionModel> {
  const collections = new Map<string, CollectionModel>()
  for (const draft of drafts.values()) {
    const { declaration, ...rest } = draft
    const searchFields = [...draft.fields.values()].filter((field) => field.type.isSearchable === true)
    collections.set(
      draft.name,
      Object.freeze({
        ...rest,
        description: declaration.description,
        renamedFrom: declaration.renamedFrom,
        announces: declaration.announces,
        searchFields: Object.freeze(searchFields),
      }),
    )
  }
  return collections
}
