import type { ColumnType } from '../ports/database.ts'
import type { Action, Hook } from './action.ts'
import type { App } from './app.ts'
import type { Audit } from './audit.ts'
import type { JobModel } from './compile-jobs.ts'
import type { Feature } from './feature.ts'
import type { FieldOptions, FieldType, OnDelete } from './field.ts'
import type { IncomingWebhook } from './incoming-webhook.ts'
import type { MailTemplate } from './mail-template.ts'
import type { Rule } from './rule.ts'
import type { Tenant } from './tenant.ts'

/** The compiled, frozen sum of all declarations. Everything else is derived from it. */
export interface Model {
  readonly name: string
  readonly description: string | undefined
  readonly collections: ReadonlyMap<string, CollectionModel>
  /** A role and all it includes, itself among them. */
  readonly roles: ReadonlyMap<string, readonly string[]>
  /** What each permission allows, as a sentence. */
  readonly permissions: ReadonlyMap<string, string>
  readonly mails: ReadonlyMap<string, MailTemplate>
  /** Those that are declared; features may do more once they are started. */
  readonly jobs: ReadonlyMap<string, JobModel>
  readonly incomingWebhooks: ReadonlyMap<string, IncomingWebhook>
  /** The collection of tenants, where there are any. */
  readonly tenants: string | undefined
  readonly audits: ReadonlyMap<string, Audit>
  readonly features: readonly Feature[]
  readonly settings: App['settings']
}

export interface CollectionModel {
  readonly name: string
  readonly table: string
  readonly description: string | undefined
  readonly renamedFrom: string | undefined
  /** Every field, the system fields first, then as declared. Far sides of relations are here too. */
  readonly fields: ReadonlyMap<string, FieldModel>
  readonly rules: { readonly read: Rule; readonly create: Rule; readonly update: Rule; readonly delete: Rule }
  readonly indexes: readonly IndexModel[]
  /** Whose the records are; the rules have been narrowed to them. Undefined: they belong to no tenant. */
  readonly tenant: Tenant | undefined
  /** Fields with `search: true`. */
  readonly searchFields: readonly FieldModel[]
  readonly actions: ReadonlyMap<string, ActionModel>
  readonly hooks: Readonly<Record<Hook['moment'], readonly Hook[]>>
  readonly announces: boolean
  /** The longest that an answer is kept in memory; undefined: none is. */
  readonly cacheMaxAgeMs: number | undefined
}

export interface FieldModel {
  readonly name: string
  readonly type: FieldType
  readonly options: FieldOptions
  /** Set by Galley (id, createdAt, updatedAt, version): read by everyone who may read the record, written by nobody. */
  readonly isSystem: boolean
  readonly isOptional: boolean
  readonly isUnique: boolean
  readonly isImmutable: boolean
  readonly isPrivate: boolean
  readonly hasDefault: boolean
  readonly read: Rule
  readonly write: Rule
  /** Empty for far sides of relations. */
  readonly columns: readonly ColumnModel[]
  readonly relation: RelationModel | undefined
  readonly description: string | undefined
}

export interface ColumnModel {
  readonly name: string
  readonly key: string | undefined
  readonly type: ColumnType
  readonly isNullable: boolean
}

/** A relation with both its ends known. Targets are names: look them up in `Model.collections`. */
export type RelationModel =
  /** `column` of this table holds the id of the target. */
  | { readonly kind: 'reference'; readonly target: string; readonly column: string; readonly onDelete: OnDelete }
  /** `column` of the target's table holds the id of this record; `by` is its field. */
  | { readonly kind: 'many' | 'one'; readonly target: string; readonly by: string; readonly column: string }
  /** `junction` holds pairs of ids. */
  | {
      readonly kind: 'manyToMany'
      readonly target: string
      readonly junction: string
      readonly ownColumn: string
      readonly targetColumn: string
      /** Whether this field's collection declared the junction (its table is made once). */
      readonly isOwner: boolean
    }

export interface IndexModel {
  readonly fields: readonly string[]
  readonly isUnique: boolean
}

export interface ActionModel {
  readonly name: string
  readonly collection: string
  readonly on: 'record' | 'collection'
  readonly input: ReadonlyMap<string, FieldModel>
  readonly output:
    | { readonly kind: 'record'; readonly collection: string }
    | { readonly kind: 'values'; readonly fields: ReadonlyMap<string, FieldModel> }
    | { readonly kind: 'none' }
  readonly allow: Rule
  readonly description: string | undefined
  readonly timeoutMs: number
  readonly hasSecret: boolean
  readonly run: Action['run']
}
