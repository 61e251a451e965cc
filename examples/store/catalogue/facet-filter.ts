/** What somebody has chosen so far. An empty list, or null, is no choice. */
export interface FacetFilter {
  /** A path: with all that is below it. */
  readonly category: string | null
  /** Slugs: products with any of them. */
  readonly tags: readonly string[]
  /** In minor units; from `from` up to, and without, `until`. */
  readonly price: { readonly from: number | null; readonly until: number | null }
  /** By option: products that come in any of the values, for each option. */
  readonly options: ReadonlyMap<string, readonly string[]>
}

/** One part of the filter, which is left out where its own values are counted. */
export type FacetPart = 'category' | 'tags' | 'price' | `option ${string}`

/** Products on sale that fit the filter, as far as `without` does not leave it out. */
export function whereOf(filter: FacetFilter, without?: FacetPart): object {
  const parts = [...partsOf(filter)].filter(([part]) => part !== without).map(([, where]) => where)
  return { status: 'active', ...(parts.length > 0 && { and: parts }) }
}

function* partsOf({ category, tags, price, options }: FacetFilter): Generator<readonly [FacetPart, object]> {
  if (category !== null) yield ['category', { category: { path: { startsWith: category } } }]
  if (tags.length > 0) yield ['tags', { tags: { some: { slug: { in: tags } } } }]
  if (price.from !== null) yield ['price', { price: { gte: price.from } }]
  if (price.until !== null) yield ['price', { price: { lt: price.until } }]
  for (const [option, values] of options)
    yield [`option ${option}`, { optionValues: { some: { option, value: { in: values } } } }]
}

/** Reads `Size:250 g/Size:1 kg/Colour:Moss`. Values hold no slash, and names of options no colon. */
export function optionsFromText(text: string): ReadonlyMap<string, readonly string[]> {
  const pairs = text
    .split('/')
    .filter((entry) => entry !== '')
    .map((entry) => [entry.slice(0, entry.indexOf(':')), entry.slice(entry.indexOf(':') + 1)] as const)
  const byOption = Map.groupBy(pairs, ([option]) => option)
  return new Map([...byOption].map(([option, entries]) => [option, entries.map(([, value]) => value)]))
}
