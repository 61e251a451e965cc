import { after, before, describe } from 'node:test'
import { databaseFromUrl } from '../../packages/server/src/app/database-from-url.ts'
import { silentLog } from '../../packages/server/src/base/silent-log.ts'
import { type Actor, anonymous, system } from '../../packages/server/src/model/actor.ts'
import type { App } from '../../packages/server/src/model/app.ts'
import { compileModel } from '../../packages/server/src/model/compile-model.ts'
import { expandRoles } from '../../packages/server/src/model/compile-roles.ts'
import type { LooseDb } from '../../packages/server/src/model/db.ts'
import { createOperations } from '../../packages/server/src/operations/create-operations.ts'
import { createDb } from '../../packages/server/src/operations/local-db.ts'
import type { OperationContext, Operations } from '../../packages/server/src/operations/operations.ts'
import { createRuntime, type Runtime } from '../../packages/server/src/operations/runtime.ts'
import type { Database, Statement, Transaction } from '../../packages/server/src/ports/database.ts'
import { createCursorSigner } from '../../packages/server/src/query/cursor.ts'
import { ensureSchema } from '../../packages/server/src/schema/ensure-schema.ts'
import { databases, type TestDatabase } from '../databases.ts'

/** The operations of an application on a real database, without a server around them. */
export interface Bench {
  readonly database: Database
  readonly operations: Operations
  readonly runtime: Runtime
  /** Texts of all statements that were sent to the database, in order. Empty it to begin anew. */
  readonly sent: string[]
  /** A request of somebody; without an id of anybody. */
  as(id: string | null, ...roles: readonly string[]): OperationContext
  readonly anyone: OperationContext
  readonly system: OperationContext
  /** The data API, with the rights of whoever asks. */
  db(context: OperationContext): LooseDb
}

/** Runs the same tests on SQLite and on PostgreSQL, each with tables of its own; `bench` gives what to test. */
export function onBothDatabases(app: App, tests: (bench: () => Bench, name: TestDatabase['name']) => void): void {
  for (const { name, url } of databases) {
    describe(name, () => {
      let bench: Bench | undefined
      before(async () => {
        bench = await openBench(app, await url())
      })
      after(() => bench?.database.close())
      tests(() => bench!, name)
    })
  }
}

/** @param url  of an empty database. */
export async function openBench(app: App, url: string): Promise<Bench> {
  const model = compileModel(app)
  const sent: string[] = []
  const database = recording(await databaseFromUrl(url), sent)
  await ensureSchema(database, model, 'safe')
  const signer = createCursorSigner(Buffer.alloc(32, 7))
  const runtime = createRuntime({ model, database, signer, log: silentLog })
  const operations = createOperations(runtime)
  const asking = (actor: Actor): OperationContext => ({ actor, now: new Date().toISOString(), requestId: 'test' })
  return {
    database,
    operations,
    runtime,
    sent,
    as: (id, ...roles) => asking({ kind: 'user', id, roles: expandRoles(model.roles, roles) }),
    anyone: asking(anonymous),
    system: asking(system),
    db: (context) => createDb(context, operations) as unknown as LooseDb,
  }
}

/** The same database, with an ear at its door. */
function recording(database: Database, sent: string[]): Database {
  const heard = (statement: Statement) => {
    sent.push(statement.text)
    return statement
  }
  const recorded = (tx: Transaction): Transaction => ({
    query: (statement) => tx.query(heard(statement)),
    execute: (statement) => tx.execute(heard(statement)),
    script: (text) => tx.script(text),
    savepoint: (work) => tx.savepoint(work),
    tryLock: (name) => tx.tryLock(name),
  })
  return {
    dialect: database.dialect,
    read: (statement) => database.read(heard(statement)),
    transaction: (work, options) => database.transaction((tx) => work(recorded(tx)), options),
    write: database.write && ((statement) => database.write!(heard(statement))),
    readTables: (names) => database.readTables(names),
    ping: () => database.ping(),
    close: () => database.close(),
  }
}
