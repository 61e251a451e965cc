import type { Database, Transaction } from '../../ports/database.ts'
import type { OutboxNews } from '../outbox-news.ts'
import type { Freshness } from './freshness.ts'
import { Touched } from './touched.ts'

/** What the transactions of a database touch. */
export interface Tracked {
  /** The same database: whoever writes through it is followed. */
  readonly database: Database
  /** Where to note what a transaction touches; undefined when it was not opened here. */
  touchedIn(tx: Transaction): Touched | undefined
  /** The next statement may be committed along with it. What it touches has been noted. */
  commitBegins(tx: Transaction): void
}

/** Follows what each transaction of a database touches, and tells `freshness` before its commit and after it. */
export function trackedDatabase(database: Database, freshness: Freshness, news: OutboxNews): Tracked {
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
      news.committed(latest!)
      return result
    } finally {
      isOver = true // work that ran out of time may still be running, and commits nothing any more
      for (const settle of settlings) settle()
    }
  }

  return {
    database: { ...doorsOf(database), transaction },
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
    readTables: database.readTables.bind(database),
    ping: database.ping.bind(database),
    foreignCommits: database.foreignCommits?.bind(database),
    close: database.close.bind(database),
  }
}
