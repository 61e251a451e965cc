import { sql } from 'kysely'
import type { Database } from '../ports/database.ts'

/**
 * A secret of this installation: made once, kept in the database, so that all its processes know the same.
 *
 * Two processes that start at once agree on the one that was stored first.
 */
export async function rememberedSecret(name: string, database: Database, make: () => Buffer): Promise<Buffer> {
  return (
    (await storedSecret(name, database)) ??
    database.transaction(async (tx) => {
      const { dialect } = database
      const value = dialect.cast({ kind: 'json' }, sql`${JSON.stringify(make().toString('base64url'))}`)
      await tx.execute(
        dialect.compile(
          sql`insert into galley_settings (key, value) values (${keyOf(name)}, ${value}) on conflict (key) do nothing`,
        ),
      )
      const [row] = await tx.query(dialect.compile(selectSecret(name, database)))
      return secretFrom(row![0])
    })
  )
}

async function storedSecret(name: string, database: Database): Promise<Buffer | undefined> {
  const [row] = await database.read(database.dialect.compile(selectSecret(name, database)))
  return row === undefined ? undefined : secretFrom(row[0])
}

function selectSecret(name: string, { dialect }: Database) {
  return sql`select ${dialect.jsonText(dialect.json({ kind: 'json' }, sql.ref('value')))} from galley_settings where key = ${keyOf(name)}`
}

function keyOf(name: string): string {
  return `secret.${name}`
}

function secretFrom(json: unknown): Buffer {
  return Buffer.from(JSON.parse(json as string) as string, 'base64url')
}
