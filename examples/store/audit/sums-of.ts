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
  const ids = records.map(({ id }) => id)
  const rows = await collection.aggregate({
    where: { ...where, [reference]: { in: ids } },
    groupBy: [reference],
    sum: [field],
    limit: ids.length,
  })
  const sums = new Map(rows.map((row) => [row[reference] as string, Number(row.sum[field])]))
  return (id) => sums.get(id) ?? 0
}
