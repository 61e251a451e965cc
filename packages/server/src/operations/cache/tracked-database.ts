import type { Database, Row, Statement, Transaction } from '../../ports/database.ts'
import type { Freshness } from './freshness.ts'
import { Touched } from './touched.ts'

/** What the transactions of a database touch. */
export interface Tracked {
  /** The same database: whoever writes through it is followed. */
  readonly database: Database
  /** Runs a statement as a transaction by itself. Undefined: the database does that no better than `transaction`. */
  readonly writeAlone: WriteAlone | undefined
  /** Where to note what a transaction touches; undefined when it was not opened here. */
  touchedIn(tx: Transaction): Touched | undefined
  /** The next statement may be committed along with it. What it touches has been noted. */
  commitBegins(tx: Transaction): void
}

/** @param touched  all that the statement may touch. */
export type WriteAlone = (statement: Statement, touched: Touched) => Promise<readonly Row[]>

/** Follows what each transaction of a database touches, and tells `freshness` before its commit and after it. */
export function trackedDatabase(
  database: Database,
  freshness: Freshness,
  onCommit: (tx: Transaction) => void,
): Tracked {
  const opened = new WeakMap<Transaction, { readonly touched: Touched; doubt(): void }>()

  const transaction: Database['transaction'] = async (work, options) => {
    const settlings: (() => void)[] = [] // more than one, where a commit failed and the work was run again
    let isOver = false
    let latest: Transaction | undefined
    try {
      const result = await database.transaction(async (tx) => {
        latest = tx
        const touched = new Touched()
        let isDoubted = false
        const doubt = () => {
          if (isOver || isDoubted || touched.collections.size === 0) return
          isDoubted = true
          settlings.push(freshness.doubt(touched))
        }
        opened.set(tx, { touched, doubt })
        const result = await work(tx)
        doubt()
        return result
      }, options)
      onCommit(latest!)
      return result
    } finally {
      isOver = true // work that ran out of time may still be running, and commits nothing any more
      for (const settle of settlings) settle()
    }
  }

  const writeAlone: WriteAlone = (statement, touched) => {
    const settle = freshness.doubt(touched)
    return database.write!(statement).finally(settle)
  }

  return {
    database: { ...doorsOf(database), transaction, write: undefined },
    writeAlone: database.write === undefined ? undefined : writeAlone,
    touchedIn: (tx) => opened.get(tx)?.touched,
    commitBegins: (tx) => opened.get(tx)?.doubt(),
  }
}

/** Lists every door of a database, so that the compiler asks for the one that is added. */
function doorsOf(database: Database): { readonly [Door in keyof Required<Database>]: Database[Door] } {
  return {
    dialect: database.dialect,
    read: database.read.bind(database),
    transaction: database.transaction.bind(database),
    write: database.write?.bind(database),
    readTables: database.readTables.bind(database),
    ping: database.ping.bind(database),
    foreignCommits: database.foreignCommits?.bind(database),
    close: database.close.bind(database),
  }
}
