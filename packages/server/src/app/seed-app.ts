import { isoNow } from '../base/clock.ts'
import { system } from '../model/actor.ts'
import { createDb } from '../operations/local-db.ts'
import type { AppModule } from './load-app.ts'
import type { OpenApp } from './open-app.ts'

const seedTimeoutMs = 120_000

/** Fills the database by the application's `seed`, in one transaction: all of it is there, or nothing. */
export async function seedApp(app: OpenApp, seed: NonNullable<AppModule['seed']>): Promise<void> {
  await app.database.transaction(
    async (tx) => {
      const context = { actor: system, now: isoNow(app.clock), requestId: 'seed', tx }
      await seed(createDb(context, app.operations) as never)
    },
    { timeoutMs: seedTimeoutMs },
  )
}
