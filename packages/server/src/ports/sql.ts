/**
 * A piece of SQL that knows nothing of a database yet; `SqlDialect.compile` makes it text.
 *
 * A class, and its members are told by it: data that comes from outside can look like anything, but is never SQL.
 */
export class Sql {
  readonly parts: readonly SqlPart[]

  constructor(parts: readonly SqlPart[]) {
    this.parts = parts
  }
}

/** Text as it stands, a name to quote, a value written into the text, a value sent beside it, or SQL again. */
export type SqlPart = string | SqlName | SqlLiteral | SqlParameter | Sql

export class SqlName {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

export class SqlLiteral {
  readonly value: LiteralValue

  constructor(value: LiteralValue) {
    this.value = value
  }
}

export class SqlParameter {
  readonly value: unknown

  constructor(value: unknown) {
    this.value = value
  }
}

export type LiteralValue = string | number | bigint | boolean | null

/** Writes SQL: in sql`… ${part} …` a part that is SQL becomes part of the text, any other value a parameter. */
export const sql = Object.freeze(
  Object.assign(
    (texts: TemplateStringsArray, ...values: readonly unknown[]) =>
      new Sql(texts.flatMap((text, index) => (index === 0 ? [text] : [partFrom(values[index - 1]), text]))),
    {
      /** A name, quoted; several are joined by dots. */
      id: (...names: readonly string[]) => named(names),
      /** A name as it is written in SQL, `page.id`: what stands between its dots is quoted. */
      ref: (path: string) => named(path.split('.')),
      table: (name: string) => named([name]),
      /** A value that becomes part of the text: only for what is known before there is a request. */
      lit: (value: LiteralValue) => new Sql([new SqlLiteral(value)]),
      /** A parameter, which is what any value in sql`…` is. */
      val: (value: unknown) => new Sql([new SqlParameter(value)]),
      /** Text as it stands. Never for what comes from outside. */
      raw: (text: string) => new Sql([text]),
      join: (items: readonly unknown[], separator: Sql = comma) =>
        new Sql(items.flatMap((item, index) => (index === 0 ? [partFrom(item)] : [separator, partFrom(item)]))),
    },
  ),
)

const comma = new Sql([', '])

function partFrom(value: unknown): SqlPart {
  return value instanceof Sql ? value : new SqlParameter(value)
}

function named(names: readonly string[]): Sql {
  return new Sql(names.flatMap((name, index) => (index === 0 ? [new SqlName(name)] : ['.', new SqlName(name)])))
}
