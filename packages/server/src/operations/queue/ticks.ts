import type { Database, Transaction } from '../../ports/database.ts'
import { isTicked } from '../../ports/queue.ts'
import { sql } from '../../ports/sql.ts'
import { parameter, rowsOf, selectRows } from '../../schema/system-rows.ts'
import { settingsTable } from '../../schema/system-tables.ts'

/** The latest moment of a schedule that was remembered. */
export async function readTick(
  schedule: string,
  { dialect }: Database,
  reader: Pick<Database, 'read'> | Pick<Transaction, 'query'>,
): Promise<string | undefined> {
  const select = selectRows(dialect, settingsTable, sql`where key = ${keyOf(schedule)}`)
  const rows = await ('read' in reader ? reader.read(select) : reader.query(select))
  return rowsOf(dialect, settingsTable, rows)[0]?.value as string | undefined
}

/** Remembers a moment, unless this one or a later one has been before; false then, and where somebody else is about to. */
export async function rememberTick(
  schedule: string,
  moment: string,
  nowMs: number,
  tx: Transaction,
  database: Database,
): Promise<boolean> {
  const { dialect } = database
  // Without waiting: who holds it has the same in mind.
  if (!(await tx.tryLock(`galley ${keyOf(schedule)}`))) return false
  if (isTicked(await readTick(schedule, database, tx), moment, nowMs)) return false
  const value = parameter(dialect, settingsTable, 'value', moment)
  await tx.execute(
    dialect.compile(sql`insert into galley_settings (key, value) values (${keyOf(schedule)}, ${value})
      on conflict (key) do update set value = excluded.value`),
  )
  return true
}

function keyOf(schedule: string): string {
  return `schedule.${schedule}`
}
