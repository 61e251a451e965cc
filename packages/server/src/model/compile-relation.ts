import { shortName } from '../base/short-name.ts'
import type { Draft, Drafts } from './draft.ts'
import type { RelationDeclaration } from './field.ts'
import type { ColumnModel, FieldModel, RelationModel } from './model.ts'
import { snakeCase } from './names.ts'
import type { Problems } from './problems.ts'

export interface RelationContext {
  readonly collection: string
  readonly table: string
  readonly field: string
  readonly columns: readonly ColumnModel[]
  /** Whether its records belong to tenants. */
  readonly hasTenant: boolean
  readonly path: string
}

/** Finds the other end of a relation; undefined, and a problem, when there is none. */
export function resolveRelation(
  relation: RelationDeclaration,
  at: RelationContext,
  drafts: Drafts,
  problems: Problems,
): RelationModel | undefined {
  const target = drafts.get(relation.target)
  if (target === undefined) {
    problems.add(
      at.path,
      `There is no collection ${relation.target}. Declare it, list it in defineApp, or correct the name.`,
    )
    return undefined
  }
  if (relation.kind === 'reference') {
    return Object.freeze({
      kind: 'reference',
      target: relation.target,
      column: at.columns[0]!.name,
      onDelete: relation.onDelete,
    })
  }
  if (relation.kind === 'manyToMany') return resolveManyToMany(relation, at, target, problems)
  return resolveFarSide(relation, at, target, problems)
}

function resolveFarSide(
  relation: Extract<RelationDeclaration, { kind: 'many' | 'one' }>,
  at: RelationContext,
  target: Draft,
  problems: Problems,
): RelationModel | undefined {
  const candidates = referencesTo(at.collection, target).filter(
    (field) => relation.by === undefined || field.name === relation.by,
  )
  const [found] = candidates
  if (found === undefined) {
    const wanted =
      relation.by === undefined
        ? `a reference('${at.collection}')`
        : `the field ${relation.by} as a reference('${at.collection}')`
    problems.add(at.path, `The collection ${target.name} needs ${wanted}.`)
    return undefined
  }
  if (candidates.length > 1) {
    problems.add(
      at.path,
      `Several fields of ${target.name} refer to ${at.collection}: ${candidates.map((field) => field.name).join(', ')}. Say which: { by: '${found.name}' }.`,
    )
    return undefined
  }
  if (relation.kind === 'one' && !found.isUnique) {
    problems.add(
      at.path,
      `The field ${found.name} of ${target.name} must be unique, or several records could be the one. Add unique: true, or use many().`,
    )
  }
  if (relation.kind === 'one' && target.tenant !== undefined && !at.hasTenant) {
    problems.add(
      at.path,
      `The field ${found.name} of ${target.name} is unique for each tenant, so each of them could have its one. Use many().`,
    )
  }
  return Object.freeze({ kind: relation.kind, target: target.name, by: found.name, column: found.columns[0]!.name })
}

function referencesTo(collection: string, target: Draft): readonly FieldModel[] {
  return [...target.fields.values()].filter(
    (field) => field.type.relation?.kind === 'reference' && field.type.relation.target === collection,
  )
}

function resolveManyToMany(
  relation: Extract<RelationDeclaration, { kind: 'manyToMany' }>,
  at: RelationContext,
  target: Draft,
  problems: Problems,
): RelationModel | undefined {
  if (relation.by === undefined) {
    return Object.freeze({
      kind: 'manyToMany',
      target: target.name,
      junction: junctionName(at.table, at.field),
      ownColumn: 'source_id',
      targetColumn: 'target_id',
      isOwner: true,
    })
  }
  const owner = target.fields.get(relation.by)?.type.relation
  if (owner?.kind !== 'manyToMany' || owner.target !== at.collection || owner.by !== undefined) {
    problems.add(
      at.path,
      `The collection ${target.name} needs the field ${relation.by} as manyToMany('${at.collection}'), without by.`,
    )
    return undefined
  }
  return Object.freeze({
    kind: 'manyToMany',
    target: target.name,
    junction: junctionName(target.table, relation.by),
    ownColumn: 'target_id',
    targetColumn: 'source_id',
    isOwner: false,
  })
}

function junctionName(table: string, field: string): string {
  return shortName(`${table}_${snakeCase(field)}`)
}
