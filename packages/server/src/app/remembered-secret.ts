import type { Database, Row, Statement } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import { insertRow, rowsOf, selectRows } from '../schema/system-rows.ts'
import { settingsTable } from '../schema/system-tables.ts'

/**
 * A secret of this installation: made once, kept in the database, so that all its processes know the same.
 *
 * Two processes that start at once agree on the one that was stored first.
 */
export async function rememberedSecret(name: string, database: Database, make: () => Buffer): Promise<Buffer> {
  const { dialect } = database
  const select = selectSecret(name, database)
  return (
    secretFrom(await database.read(select), database) ??
    database.transaction(async (tx) => {
      const row = { key: keyOf(name), value: make().toString('base64url') }
      await tx.execute(insertRow(dialect, settingsTable, row, sql`on conflict (key) do nothing`))
      return secretFrom(await tx.query(select), database)!
    })
  )
}

function selectSecret(name: string, { dialect }: Database): Statement {
  return selectRows(dialect, settingsTable, sql`where key = ${keyOf(name)}`)
}

function keyOf(name: string): string {
  return `secret.${name}`
}

function secretFrom(rows: readonly Row[], { dialect }: Database): Buffer | undefined {
  const [setting] = rowsOf(dialect, settingsTable, rows)
  return setting && Buffer.from(setting.value as string, 'base64url')
}
