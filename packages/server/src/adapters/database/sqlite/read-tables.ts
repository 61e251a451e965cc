import type { MaybePromise } from '../../../base/maybe-promise.ts'
import type { ColumnShape, ForeignKeyShape, IndexShape, Row, Statement, TableShape } from '../../../ports/database.ts'
import { foreignKeyName } from '../../../ports/database.ts'
import { searchFromTrigger } from './search.ts'
import { typeNamesFromText } from './type-name.ts'

/** The named tables as they are. Absent ones are left out. */
export async function readTables(
  query: (statement: Statement) => MaybePromise<readonly Row[]>,
  names: readonly string[],
): Promise<readonly TableShape[]> {
  const rows = await query({ text: tablesText, parameters: [JSON.stringify(names)] })
  return rows.map((row) => tableShape(JSON.parse(row[0] as string) as TableFacts))
}

// A generated name (origin c = by `create index`) belongs to no index of a model.
const tablesText = `
select json_object(
  'name', t.name,
  'sql', t.sql,
  'columns', (
    select json_group_array(json_object('name', c.name, 'isNotNull', c."notnull", 'keyPosition', c.pk) order by c.cid)
    from pragma_table_xinfo(t.name) as c),
  'indexes', (
    select json_group_array(json_object('name', i.name, 'isUnique', i."unique", 'isPartial', i.partial, 'columns', (
      select json_group_array(k.name order by k.seqno) from pragma_index_info(i.name) as k)) order by i.name)
    from pragma_index_list(t.name) as i where i.origin = 'c'),
  'foreignKeys', (
    select json_group_array(json_object('column', f."from", 'targetTable', f."table", 'onDelete', f.on_delete))
    from pragma_foreign_key_list(t.name) as f),
  'searchTrigger', (
    select s.sql from sqlite_schema as s where s.type = 'trigger' and s.name = t.name || '_search_insert'))
from json_each(?) as wanted inner join sqlite_schema as t on t.type = 'table' and t.name = wanted.value
order by wanted.key`

interface TableFacts {
  readonly name: string
  readonly sql: string
  readonly columns: readonly { readonly name: string; readonly isNotNull: number; readonly keyPosition: number }[]
  readonly indexes: readonly {
    readonly name: string
    readonly isUnique: number
    readonly isPartial: number
    readonly columns: readonly string[]
  }[]
  readonly foreignKeys: readonly { readonly column: string; readonly targetTable: string; readonly onDelete: string }[]
  readonly searchTrigger: string | null
}

function tableShape(facts: TableFacts): TableShape {
  return {
    name: facts.name,
    columns: columnShapes(facts),
    indexes: facts.indexes.map(indexShape),
    foreignKeys: foreignKeyShapes(facts),
    primaryKey: primaryKey(facts),
    ...(facts.searchTrigger === null ? {} : { search: searchFromTrigger(facts.searchTrigger) }),
  }
}

function columnShapes(facts: TableFacts): readonly ColumnShape[] {
  const typeNames = typeNamesFromText(facts.sql)
  return facts.columns
    .filter((column) => column.name !== 'row_key')
    .map(({ name, isNotNull }) => ({ name, typeName: typeNames.get(name) ?? 'unknown', isNullable: isNotNull === 0 }))
}

function indexShape(index: TableFacts['indexes'][number]): IndexShape {
  const { name, columns } = index
  return { name, columns, isUnique: index.isUnique === 1, ...(index.isPartial === 1 && { isSparse: true }) }
}

const deleteRules: Readonly<Record<string, ForeignKeyShape['onDelete']>> = {
  'NO ACTION': 'restrict',
  CASCADE: 'cascade',
  'SET NULL': 'setNull',
}

/** SQLite forgets the names of foreign keys. */
function foreignKeyShapes(facts: TableFacts): readonly ForeignKeyShape[] {
  return facts.foreignKeys
    .map(({ column, targetTable, onDelete }) => ({
      name: foreignKeyName(facts.name, column),
      column,
      targetTable,
      onDelete: deleteRules[onDelete] ?? 'restrict',
    }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
}

function primaryKey(facts: TableFacts): readonly string[] {
  if (facts.columns.some((column) => column.name === 'row_key')) return ['id']
  return facts.columns
    .filter((column) => column.keyPosition > 0)
    .toSorted((left, right) => left.keyPosition - right.keyPosition)
    .map((column) => column.name)
}
