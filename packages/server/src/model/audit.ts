import type { Db } from './db.ts'
import type { AnyCollection, LooseRecord, RecordOf } from './infer.ts'

/** Laws that the data keeps at any time, whatever has raced, crashed or been tried again; `galley audit` looks whether it does. */
export interface Audit {
  readonly kind: 'audit'
  readonly name: string
  readonly description: string | undefined
  readonly laws: readonly Law[]
}

/** What is true of each record of a collection, together with all that belongs to it. Made by `law`. */
export interface Law {
  readonly kind: 'law'
  readonly collection: string
  /** What holds, as a sentence. */
  readonly sentence: string
  readonly check: (context: any) => Promise<readonly Violation[]> // any: typed by the declaration
}

export interface LawContext<Map, Row> {
  /** A page of the collection, at most 500 records, in the order of their ids. */
  readonly records: readonly Row[]
  /** Acts as the system; it is for reading. */
  readonly db: Db<Map>
  /** ISO 8601. */
  readonly now: string
}

/** A record that breaks a law. */
export interface Violation {
  /** Its id. */
  readonly record: string
  /** What is wrong, with the figures: `on hand is 7, the movements add up to 6`. */
  readonly message: string
  /** What it was told from. */
  readonly rows?: readonly object[]
}

export type LawCheck<Map, Row> = (context: LawContext<Map, Row>) => Promise<readonly Violation[]>

/**
 * Declares an audit, for `defineApp({ audits: […] })`. It is run by `galley audit`, or in a job by `runAudit`.
 *
 * ```ts
 * export const storeAudit = audit('store', { laws: [onHandIsSumOfMovements, moneyAddsUp] })
 * ```
 */
export function audit(
  name: string,
  definition: { readonly description?: string; readonly laws: readonly Law[] },
): Audit {
  const { description, laws } = definition
  return Object.freeze({ kind: 'audit', name, description, laws: Object.freeze([...laws]) })
}

/** Declares a law of a collection whose types are not known here; `declareFor` gives the typed one. */
export function law(collection: string, sentence: string, check: LawCheck<any, LooseRecord>): Law {
  // any: collections unknown
  return Object.freeze({ kind: 'law', collection, sentence, check })
}

/** `law` that knows the collections. */
export type DeclareLaw<Map> = <const Name extends keyof Map & string>(
  collection: Name,
  sentence: string,
  check: Map[Name] extends AnyCollection ? LawCheck<Map, RecordOf<Map[Name]>> : never,
) => Law
