import type { Database } from '../../packages/server/src/ports/database.ts'

/** A real database that does what it is told to at the moments that matter. */
export interface HeldDatabase extends Database {
  /** Reads that were sent. */
  reads: number
  /** How often it was asked whether others have committed. */
  questions: number
  /** Called when a read has its rows and before anybody sees them. */
  afterRead: (() => unknown) | undefined
  /** Called when the work of a transaction is done and its commit has not begun. */
  beforeCommit: (() => unknown) | undefined
  /** Called when a commit is done and nobody has heard of it. What it throws is what the caller hears. */
  afterCommit: (() => unknown) | undefined
}

export function heldDatabase(database: Database): HeldDatabase {
  const held: HeldDatabase = {
    reads: 0,
    questions: 0,
    afterRead: undefined,
    beforeCommit: undefined,
    afterCommit: undefined,
    dialect: database.dialect,
    async read(statement) {
      held.reads += 1
      const rows = await database.read(statement)
      await held.afterRead?.()
      return rows
    },
    async transaction(work, options) {
      const result = await database.transaction(async (tx) => {
        const done = await work(tx)
        await held.beforeCommit?.()
        return done
      }, options)
      await held.afterCommit?.()
      return result
    },
    ...(database.write !== undefined && {
      async write(statement) {
        await held.beforeCommit?.()
        const rows = await database.write!(statement)
        await held.afterCommit?.()
        return rows
      },
    }),
    readTables: (names) => database.readTables(names),
    ping: () => database.ping(),
    close: () => database.close(),
    ...(database.foreignCommits !== undefined && {
      foreignCommits() {
        held.questions += 1
        return database.foreignCommits!()
      },
    }),
  }
  return held
}

/** Something to wait for, and the word that it has come. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
