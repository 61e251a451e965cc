import type { AggregateQuery } from 'galley'

interface Summed {
  aggregate(query: AggregateQuery): Promise<readonly Readonly<Record<string, any>>[]> // any: what it holds follows from the query
}

/** The sum of a field of what refers to records, for each of these: `sumsOf(db['stock-movements'], 'level', levels, 'quantity')`. */
export async function sumsOf(
  collection: Summed,
  reference: string,
  records: readonly { readonly id: string }[],
  field: string,
  where: AggregateQuery['where'] = {},
): Promise<(id: string) => number> {
  return sumsFrom(collection, { reference, records, field, where, groupBy: [reference] })
}

/** The same of a field of money, where all that refers to one record is of one currency. */
export async function moneyOf(
  collection: Summed,
  reference: string,
  records: readonly { readonly id: string }[],
  field: string,
  where: AggregateQuery['where'] = {},
): Promise<(id: string) => number> {
  return sumsFrom(collection, { reference, records, field, where, groupBy: [reference, `${field}.currency`] })
}

interface Wanted {
  readonly reference: string
  readonly records: readonly { readonly id: string }[]
  readonly field: string
  readonly where: AggregateQuery['where']
  readonly groupBy: readonly string[]
}

async function sumsFrom(collection: Summed, { reference, records, field, where, groupBy }: Wanted) {
  const ids = records.map(({ id }) => id)
  const rows = await collection.aggregate({
    where: { ...where, [reference]: { in: ids } },
    groupBy,
    sum: [field],
    limit: ids.length,
  })
  const sums = new Map(rows.map((row) => [row[reference] as string, Number(row.sum[field])]))
  return (id: string) => sums.get(id) ?? 0
}
