import type { ColumnKind, ColumnType, JsonColumn, JsonEntry, Sql, SqlDialect } from '../../ports/database.ts'
import { sql } from '../../ports/sql.ts'

type JsonText = Pick<SqlDialect, 'jsonObject' | 'jsonObjectWithOptional' | 'jsonArray' | 'jsonText'>

/** How a kind of column is written as JSON. */
export interface JsonCodec {
  /** The value as JSON text, or NULL. */
  json(column: Sql, type: ColumnType): Sql
  /** Where the JSON is just a text in quotes, with nothing to escape: that text. */
  unquoted?(column: Sql, type: ColumnType): Sql
}

/** Text that is known, or an expression of text that is never NULL. */
type Piece = string | Sql

/**
 * JSON put together as text.
 *
 * Written out, the text is 1.4 (SQLite) and 1.5 (PostgreSQL) times as fast as `json_object` and `json_build_object`: nothing is
 * looked up per argument, and a nested value is never parsed again. There is no limit of arguments either. An expression is JSON
 * text or NULL, which stands for null.
 * @param concatenate  joins texts that are never NULL.
 */
export function jsonText(
  codecs: Readonly<Record<ColumnKind, JsonCodec>>,
  concatenate: (pieces: readonly Sql[]) => Sql,
): JsonText {
  return {
    jsonObject: object,
    jsonObjectWithOptional(always, optional) {
      if (optional.length === 0) return object(always)
      const members = optional.map(
        ({ entry, when }) => sql`case when ${when} then ${joined(memberPieces(entry, 1))} else '' end`,
      )
      if (always.length > 0) return joined([...always.flatMap(memberPieces), ...members, '}'])
      return joined(['{', sql`substr(${joined(members)}, 2)`, '}'])
    },
    jsonArray: (subquery) =>
      sql`(select '[' || coalesce(string_agg(${orNull(sql.ref('items.item'))}, ','), '') || ']' from (${subquery}) as "items")`,
    jsonText: (json) => json,
  }

  function object(entries: readonly JsonEntry[]): Sql {
    return entries.length === 0 ? sql.lit('{}') : joined([...entries.flatMap(memberPieces), '}'])
  }

  function memberPieces([key, value]: JsonEntry, index: number): readonly Piece[] {
    const head = `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`
    return isColumn(value) ? [head, ...columnPieces(value)] : [head, orNull(value)]
  }

  function columnPieces({ type, column, isNullable }: JsonColumn): readonly Piece[] {
    const codec = codecs[type.kind]
    if (isNullable) return [orNull(codec.json(column, type))]
    const text = codec.unquoted?.(column, type)
    return text === undefined ? [codec.json(column, type)] : ['"', text, '"']
  }

  function joined(pieces: readonly Piece[]): Sql {
    const all = mergedTexts(pieces).map((piece) => (typeof piece === 'string' ? sql.lit(piece) : piece))
    return all.length === 1 ? all[0]! : concatenate(all)
  }
}

/** Known texts that follow each other as one: the database has fewer to join. */
function mergedTexts(pieces: readonly Piece[]): readonly Piece[] {
  const merged: Piece[] = []
  for (const piece of pieces) {
    const last = merged.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') merged[merged.length - 1] = last + piece
    else merged.push(piece)
  }
  return merged
}

function isColumn(value: Sql | JsonColumn): value is JsonColumn {
  return 'column' in value
}

function orNull(json: Sql): Sql {
  return sql`coalesce(${json}, 'null')`
}
