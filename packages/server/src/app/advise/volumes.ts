import { silentLog } from '../../base/silent-log.ts'
import type { Model } from '../../model/model.ts'
import type { AppModule } from '../load-app.ts'
import { openApp } from '../open-app.ts'
import { seedApp } from '../seed-app.ts'

/** How many records of each collection the application's seed makes; undefined when it has none. */
export async function seedCounts({
  app,
  seed,
}: Pick<AppModule, 'app' | 'seed'>): Promise<ReadonlyMap<string, number> | undefined> {
  if (seed === undefined) return undefined
  // Nobody is served: what an application needs to know of its production is not asked for.
  const surroundings = { isDevelopment: true }
  const open = await openApp(app, { databaseUrl: 'sqlite::memory:', log: silentLog, migrate: 'safe', surroundings })
  try {
    await seedApp(open, seed)
    const counts = new Map<string, number>()
    for (const { name, table } of open.model.collections.values()) {
      const rows = await open.database.read({ text: `select count(*) from "${table}"`, parameters: [] })
      counts.set(name, Number(rows[0]![0]))
    }
    return counts
  } finally {
    await open.close()
  }
}

/** So many records of each collection; with a seed in its proportions, the largest having that many. */
export function volumesOf(
  model: Model,
  rows: number,
  seeded: ReadonlyMap<string, number> | undefined,
): ReadonlyMap<string, number> {
  const largest = Math.max(0, ...(seeded?.values() ?? []))
  const volume = (name: string) => {
    const count = seeded?.get(name) ?? 0
    return count === 0 ? rows : Math.max(1, Math.round((count / largest) * rows))
  }
  return new Map([...model.collections.keys()].map((name) => [name, volume(name)]))
}
