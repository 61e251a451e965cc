import { after, before, beforeEach, describe } from 'node:test'
import { databaseFromUrl } from '../../packages/server/src/app/database-from-url.ts'
import { silentLog } from '../../packages/server/src/base/silent-log.ts'
import { anonymous } from '../../packages/server/src/model/actor.ts'
import type { App } from '../../packages/server/src/model/app.ts'
import { compileModel } from '../../packages/server/src/model/compile-model.ts'
import { createOperations } from '../../packages/server/src/operations/create-operations.ts'
import type { OperationContext, Operations } from '../../packages/server/src/operations/operations.ts'
import { createRuntime, type Runtime } from '../../packages/server/src/operations/runtime.ts'
import type { Bus } from '../../packages/server/src/ports/bus.ts'
import { createCursorSigner } from '../../packages/server/src/query/cursor.ts'
import { ensureSchema } from '../../packages/server/src/schema/ensure-schema.ts'
import { databases, type TestDatabase } from '../databases.ts'
import { type HeldDatabase, heldDatabase } from './held-database.ts'
import { keptLibrary } from './kept-library.ts'

/** The operations of the library in one process: its own memory, on a database that others may share. */
export interface Library {
  readonly database: HeldDatabase
  readonly operations: Operations
  readonly runtime: Runtime
}

export async function openLibrary(url: string, { app = keptLibrary as App, bus = undefined as Bus | undefined } = {}) {
  const model = compileModel(app)
  const database = heldDatabase(await databaseFromUrl(url))
  await ensureSchema(database, model, 'safe')
  const signer = createCursorSigner(Buffer.alloc(32, 7))
  const runtime = createRuntime({ model, database, signer, log: silentLog, ...(bus === undefined ? {} : { bus }) })
  return { database, runtime, operations: createOperations(runtime) } satisfies Library
}

export function asking(id: string | null, ...roles: readonly string[]): OperationContext {
  const actor = id === null ? anonymous : { kind: 'user' as const, id, roles }
  return { actor, now: new Date().toISOString(), requestId: 'test' }
}

/** Runs the same tests on SQLite and on PostgreSQL. The library begins each test with nothing held. */
export function onBothLibraries(tests: (library: () => Library, name: TestDatabase['name']) => void): void {
  for (const { name, url } of databases) {
    describe(name, () => {
      let library: Library | undefined
      before(async () => {
        library = await openLibrary(await url())
      })
      beforeEach(() => {
        const { database } = library!
        database.afterRead = undefined
        database.beforeCommit = undefined
        database.afterCommit = undefined
      })
      after(() => library?.database.close())
      tests(() => library!, name)
    })
  }
}
