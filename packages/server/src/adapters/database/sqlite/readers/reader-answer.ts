import type { Row } from '../../../../ports/database.ts'
import type { RunTimes } from '../statement-weight.ts'

/** What a reader process says to the process that started it. */
export type ReaderAnswer =
  | { readonly kind: 'ready' }
  | ({ readonly kind: 'rows'; readonly rows: readonly Row[] } & RunTimes)
  | { readonly kind: 'error'; readonly error: object }

/** Rows, and how long their statement took once it ran. */
export type RowsInTime = Extract<ReaderAnswer, { kind: 'rows' }>
