import type { ColumnType, SqlDialect, Statement } from '../../ports/database.ts'
import { type Sql, sql } from '../../ports/sql.ts'

/** A value that goes to the database beside the text: in its JSON form with its type, or `encoded` already. */
export type Slot = { readonly type: ColumnType; readonly value: unknown } | { readonly encoded: unknown }

/** Gives a statement whose text is kept under a name. `write` gets an expression for each slot, and uses each once and in their order. */
export type KeptTexts = (name: string, slots: readonly Slot[], write: (slots: readonly Sql[]) => Sql) => Statement

/** Writes the text of a statement once: what changes from one to the next are its parameters. */
export function keepTexts(dialect: SqlDialect): KeptTexts {
  const texts = new Map<string, string>()
  return (name, slots, write) => {
    const text = texts.get(name)
    if (text !== undefined) return { text, parameters: slots.map((slot) => encoded(slot, dialect)) }
    const statement = dialect.compile(write(slots.map((slot) => expression(slot, dialect))))
    if (texts.size >= maxTexts) texts.clear()
    texts.set(name, statement.text)
    return statement
  }
}

const maxTexts = 500

export function expression(slot: Slot, dialect: SqlDialect): Sql {
  const parameter = sql.val(encoded(slot, dialect))
  return 'type' in slot ? dialect.cast(slot.type, parameter) : parameter
}

function encoded(slot: Slot, { encode }: SqlDialect): unknown {
  return 'type' in slot ? encode(slot.type, slot.value) : slot.encoded
}
