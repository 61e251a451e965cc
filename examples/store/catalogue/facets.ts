import type { StoreDb } from '../collections.ts'
import { type FacetFilter, type FacetPart, whereOf } from './facet-filter.ts'

export interface Facets {
  readonly total: number
  /** Each with all that is below it; from the root down. */
  readonly categories: readonly { readonly path: string; readonly name: string; readonly count: number }[]
  readonly tags: readonly { readonly slug: string; readonly name: string; readonly count: number }[]
  readonly prices: readonly { readonly from: number; readonly until: number | null; readonly count: number }[]
  readonly options: readonly {
    readonly option: string
    readonly values: readonly { readonly value: string; readonly count: number }[]
  }[]
}

/** Where the bands of prices begin, in minor units. */
const priceSteps = [0, 1_000, 2_500, 5_000, 10_000] as const
const maxValues = 1_000

/**
 * Counts the products on sale that fit, by category, tag, price and option.
 *
 * Each facet is counted without its own part of the filter, so that it tells what another choice would give. Ten statements, and one
 * for each option that is chosen from, whatever the size of the shop.
 * @param db  with the rights of who asks: what they may not see is in no count.
 */
export async function facetsOf(filter: FacetFilter, search: string | undefined, db: StoreDb): Promise<Facets> {
  const ask: Ask = (without, groupBy) =>
    db.products.aggregate({
      where: whereOf(filter, without) as never, // a query is checked when it is asked
      ...(search !== undefined && { search }),
      count: true,
      groupBy,
      limit: maxValues,
    })
  const [all, categories, tags, prices, options] = await Promise.all([
    ask(undefined, []),
    ask('category', ['category.path']),
    ask('tags', ['tags.slug', 'tags.name']),
    priceBands(filter, search, db),
    optionFacets(filter, ask),
  ])
  return {
    total: all[0]!.count,
    categories: await namedCategories(rolledUp(categories as never), db),
    tags: tags.map((row) => ({ slug: row['tags.slug'], name: row['tags.name'], count: row.count })),
    prices,
    options,
  }
}

type Row = Readonly<Record<string, any>> // any: what it holds follows from the query
type Ask = (without: FacetPart | undefined, groupBy: readonly string[]) => Promise<readonly Row[]>

/** Counts of categories with all that is below them, by path. */
export function rolledUp(
  rows: readonly { readonly 'category.path': string; readonly count: number }[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { 'category.path': path, count } of rows)
    for (const above of pathsDownTo(path)) counts.set(above, (counts.get(above) ?? 0) + count)
  return counts
}

/** `/tea/green/` → `/tea/`, `/tea/green/` */
function pathsDownTo(path: string): readonly string[] {
  const slugs = path.split('/').slice(1, -1)
  return slugs.map((_slug, index) => `/${slugs.slice(0, index + 1).join('/')}/`)
}

async function namedCategories(counts: ReadonlyMap<string, number>, db: StoreDb): Promise<Facets['categories']> {
  const paths = [...counts.keys()]
  const rows = await db.categories.aggregate({
    where: { path: { in: paths } },
    groupBy: ['path', 'name'],
    limit: maxValues,
  })
  return rows.map(({ path, name }) => ({ path, name, count: counts.get(path)! }))
}

function priceBands(filter: FacetFilter, search: string | undefined, db: StoreDb): Promise<Facets['prices']> {
  const bands = priceSteps.map((from, index) => ({ from, until: priceSteps[index + 1] ?? null }))
  return Promise.all(
    bands.map(async (band) => {
      const where = whereOf({ ...filter, price: band }) as never
      const [row] = await db.products.aggregate({ where, ...(search !== undefined && { search }), count: true })
      return { ...band, count: row!.count }
    }),
  )
}

/** An option that is chosen from is counted without that choice; the others all at once. */
async function optionFacets({ options }: FacetFilter, ask: Ask): Promise<Facets['options']> {
  const groupBy = ['optionValues.option', 'optionValues.value']
  const chosen = [...options.keys()]
  const [rest, ...own] = await Promise.all([
    ask(undefined, groupBy),
    ...chosen.map((option) => ask(`option ${option}`, groupBy)),
  ])
  const rows = [
    ...rest!.filter((row) => !options.has(row['optionValues.option'])),
    ...own.flatMap((of, index) => of.filter((row) => row['optionValues.option'] === chosen[index])),
  ]
  const byOption = Map.groupBy(rows, (row) => row['optionValues.option'] as string)
  return [...byOption].map(([option, entries]) => ({
    option,
    values: entries.map((row) => ({ value: row['optionValues.value'], count: row.count })),
  }))
}
