import { law } from '../collections.ts'

export const productsHaveVariants = law(
  'products',
  'A product has a variant, and costs what the cheapest active one costs',
  async ({ records, db }) => {
    const of = { product: { in: records.map(({ id }) => id) } }
    const query = { groupBy: ['product'], limit: records.length }
    const all = await db.variants.aggregate({ ...query, where: of, count: true })
    const active = await db.variants.aggregate({ ...query, where: { ...of, status: 'active' }, min: ['price'] })
    const having = new Set(all.map(({ product }) => product))
    const lowest = new Map(active.map(({ product, min }) => [product, min.price as number]))
    return records.flatMap((product) => {
      const { id, price } = product
      if (!having.has(id)) return [{ record: id, message: 'has no variant', rows: [product] }]
      const least = lowest.get(id) ?? price.amount // nothing of it is on sale: it keeps its last price
      if (least === price.amount) return []
      return [{ record: id, message: `costs ${price.amount}, the cheapest variant ${least}`, rows: [product] }]
    })
  },
)

export const pathsFollowParents = law(
  'categories',
  'The path of a category is that of the one above, and its slug',
  async ({ records, db }) => {
    const parents = records.flatMap(({ parent }) => parent ?? [])
    const { data } = await db.categories.find({ where: { id: { in: parents } }, limit: 10_000 })
    const paths = new Map(data.map(({ id, path }) => [id, path]))
    return records.flatMap((category) => {
      const { id, parent, slug, path } = category
      const right = `${parent === null ? '/' : paths.get(parent)}${slug}/`
      return path === right ? [] : [{ record: id, message: `is at ${path}, not at ${right}`, rows: [category] }]
    })
  },
)
