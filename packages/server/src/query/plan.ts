import type { ColumnType } from '../ports/database.ts'
import type { ColumnRef, Condition } from './condition.ts'

/**
 * A read that has been checked and bound. Like `Condition` it holds no values, only slots:
 * its JSON text identifies the statement, which is compiled once and kept.
 */
export interface ReadPlan {
  readonly collection: string
  readonly selection: Selection
  /** The rule that lets rows be read, and what the caller asked for. */
  readonly where: Condition
  /** Slot of the words to search. */
  readonly search: number | undefined
  /** Ends with the id, so that the order is total. */
  readonly sort: readonly SortTerm[]
  readonly seek: Seek | undefined
  /** A number and not a slot: databases plan better for a limit they know, SQLite by a third. */
  readonly limit: number | undefined
  /** Slot. */
  readonly offset: number | undefined
  /** Whether each row also tells how many there are in all. */
  readonly counts: 'exact' | 'estimated' | 'none'
  /** Locks the rows until the end of the transaction. */
  readonly isForUpdate: boolean
}

/** What of a record goes into its JSON. */
export interface Selection {
  readonly fields: readonly SelectedField[]
  readonly expands: readonly ExpandPlan[]
}

export interface SelectedField {
  readonly name: string
  /** Left out of rows where this does not hold; undefined: always in. */
  readonly when?: Condition
}

/** A relation in place of its id: in the same statement, by a subselect or a join. */
export interface ExpandPlan {
  readonly field: string
  readonly target: string
  readonly isList: boolean
  readonly selection: Selection
  /** Rows of the target that the actor may read. */
  readonly where: Condition
  readonly sort: readonly SortTerm[]
  /** Of lists only. */
  readonly limit: number | undefined
  readonly when?: Condition
}

export interface SortTerm {
  readonly expression: Expression
  readonly direction: 'asc' | 'desc'
  readonly isNullable: boolean
  readonly type: ColumnType
}

/** A value of a row that can be sorted and grouped by. */
export type Expression =
  | { readonly kind: 'column'; readonly column: ColumnRef; readonly when?: Condition }
  /** A column behind references; null where the record behind may not be read. */
  | {
      readonly kind: 'behind'
      readonly collection: string
      readonly field: string
      readonly where: Condition
      readonly of: Expression
      readonly when?: Condition
    }
  /** How well the row matches the search. */
  | { readonly kind: 'rank' }
  | {
      readonly kind: 'truncate'
      readonly of: Expression
      readonly unit: 'year' | 'month' | 'day'
      readonly type: ColumnType
    }

/** Begins after (or ends before) the row whose sort values are in the slots; a slot of undefined stands for null. */
export interface Seek {
  readonly isBackward: boolean
  readonly slots: readonly (number | undefined)[]
}

export interface AggregatePlan {
  readonly collection: string
  readonly where: Condition
  readonly search: number | undefined
  /** Records behind a relation to many: each row counts once for each of them that may be read. */
  readonly through:
    | {
        readonly collection: string
        readonly field: string
        /** Of the records behind. */
        readonly where: Condition
        /** Of the row itself: where its relation may be read. */
        readonly when: Condition
      }
    | undefined
  readonly groups: readonly {
    readonly name: string
    readonly expression: Expression
    readonly type: ColumnType
    /** Whether the value is one of the record that `through` leads to. */
    readonly isBehind: boolean
  }[]
  readonly measures: readonly Measure[]
  readonly sort: readonly {
    readonly of: 'group' | 'measure'
    readonly index: number
    readonly direction: 'asc' | 'desc'
  }[]
  /** Slot. */
  readonly limit: number
}

export interface Measure {
  readonly function: 'count' | 'sum' | 'avg' | 'min' | 'max'
  /** As the caller wrote it; empty for count. */
  readonly name: string
  readonly expression: Expression | undefined
  readonly type: ColumnType | undefined
}

/** Whether the JSON of a row holds all its sort values, so that they need not be read beside it. */
export function hasSortValuesInJson({ sort, selection }: Pick<ReadPlan, 'sort' | 'selection'>): boolean {
  const always = new Set(selection.fields.filter((field) => field.when === undefined).map((field) => field.name))
  return sort.every(({ expression }) => expression.kind === 'column' && always.has(expression.column.path[0]!))
}
