import type { ColumnType } from '../ports/database.ts'

/** A value of one request, with what is needed to hand it to a database. */
export type BoundValue =
  | { readonly kind: 'scalar'; readonly type: ColumnType; readonly value: unknown }
  | { readonly kind: 'list'; readonly type: ColumnType; readonly value: readonly unknown[] }
  /** One element of a JSON list. */
  | { readonly kind: 'element'; readonly value: unknown }
  /** Elements of a JSON list, of which one is looked for. */
  | { readonly kind: 'elements'; readonly value: readonly unknown[] }
  /** Words to search. */
  | { readonly kind: 'words'; readonly value: string }

/** The values of one request in the order of their slots. */
export interface Values {
  readonly all: readonly BoundValue[]
  /** Adds a value and returns its slot. */
  add(value: BoundValue): number
}

export function collectValues(): Values {
  const all: BoundValue[] = []
  return { all, add: (value) => all.push(value) - 1 }
}
