import { sql } from 'kysely'
import type { JsonEntry, Sql, SqlDialect } from '../../ports/database.ts'

type JsonText = Pick<SqlDialect, 'jsonObject' | 'jsonObjectWithOptional' | 'jsonArray' | 'jsonText'>

/**
 * JSON put together as text.
 *
 * Written out, the text is 1.4 (SQLite) and 1.5 (PostgreSQL) times as fast as `json_object` and `json_build_object`: nothing is
 * looked up per argument, and a nested value is never parsed again. There is no limit of arguments either. An expression is JSON
 * text or NULL, which stands for null.
 * @param concatenate  joins texts that are never NULL.
 */
export function jsonText(concatenate: (pieces: readonly Sql[]) => Sql): JsonText {
  return {
    jsonObject: object,
    jsonObjectWithOptional(always, optional) {
      if (optional.length === 0) return object(always)
      const members = optional.map(optionalMember)
      if (always.length > 0) return concatenate([...always.flatMap(memberPieces), ...members, sql.lit('}')])
      return concatenate([sql.lit('{'), sql`substr(${concatenate(members)}, 2)`, sql.lit('}')])
    },
    jsonArray: (subquery) =>
      sql`(select '[' || coalesce(string_agg(${orNull(sql.ref('items.item'))}, ','), '') || ']' from (${subquery}) as "items")`,
    jsonText: (json) => json,
  }

  function object(entries: readonly JsonEntry[]): Sql {
    return entries.length === 0 ? sql.lit('{}') : concatenate([...entries.flatMap(memberPieces), sql.lit('}')])
  }

  function optionalMember(member: { key: string; value: Sql; when: Sql }): Sql {
    const text = concatenate([sql.lit(`,${JSON.stringify(member.key)}:`), orNull(member.value)])
    return sql`case when ${member.when} then ${text} else '' end`
  }
}

function memberPieces([key, value, isNeverNull]: JsonEntry, index: number): readonly Sql[] {
  return [sql.lit(`${index === 0 ? '{' : ','}${JSON.stringify(key)}:`), isNeverNull === true ? value : orNull(value)]
}

function orNull(json: Sql): Sql {
  return sql`coalesce(${json}, 'null')`
}
