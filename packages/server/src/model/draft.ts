import type { HookMoment } from './action.ts'
import type { AnyCollection } from './infer.ts'
import type { ActionModel, CollectionModel, FieldModel, IndexModel } from './model.ts'
import type { Tenant } from './tenant.ts'

/** A collection while it is being compiled: relations, actions and hooks are added in later passes. */
export interface Draft {
  readonly name: string
  readonly table: string
  readonly declaration: AnyCollection
  readonly fields: Map<string, FieldModel>
  readonly rules: CollectionModel['rules']
  readonly indexes: readonly IndexModel[]
  readonly tenant: Tenant | undefined
  readonly actions: Map<string, ActionModel>
  readonly hooks: Record<HookMoment, CollectionModel['hooks'][HookMoment][number][]>
}
export type Drafts = ReadonlyMap<string, Draft>
