import type { Row } from '../../../../ports/database.ts'

/** What a reader process says to the process that started it. */
export type ReaderAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'rows'; readonly rows: readonly Row[]; readonly elapsedMs: number }
  | { readonly kind: 'error'; readonly error: object }

/** Rows, and how long their statement took once it ran. */
export type RowsInTime = Extract<ReaderAnswer, { kind: 'rows' }>
