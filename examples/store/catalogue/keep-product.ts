import { asSystem, increment, type RecordOf } from 'galley'
import { hook, type StoreDb } from '../collections.ts'
import { catalogueErrors } from './errors.ts'
import { lowestPrice, optionValuesOf, titleOf } from './offer.ts'
import type { products } from './products.ts'
import type { variants } from './variants.ts'

type Product = RecordOf<typeof products>
type Variant = RecordOf<typeof variants>

export const maxVariants = 200

/** Every product has a variant from the first moment. It shares the id of its product: who knows one knows the other. */
export const openVariant = hook('products', 'afterCreate', async ({ record: { id, slug, price }, db }) => {
  const sku = `${slug.slice(0, 50)}-${id.slice(-8)}`
  await asSystem(db).variants.create({ id, product: id, sku, price })
})

/** A new price of a product with one variant is the price of that variant; where there are more, each has its own. */
export const priceVariant = hook('products', 'afterUpdate', async ({ record, previous, db }) => {
  if (record.price.amount === previous.price.amount) return
  const store = asSystem(db)
  const all = await variantsOf(record.id, store)
  if (lowestPrice(all)?.amount === record.price.amount) return
  const [only, ...others] = all
  if (only === undefined || others.length > 0)
    throw catalogueErrors.price_of_variants({ details: { count: all.length } })
  await store.variants.update(only.id, { price: record.price })
})

export const checkNewVariant = hook('variants', 'beforeCreate', async ({ values, db }) => {
  const product = await lockProduct(values.product, asSystem(db))
  if (product === undefined) return
  return { title: titleFor(product, values.options ?? []) }
})

export const addVariant = hook('variants', 'afterCreate', async ({ record, db }) => {
  const store = asSystem(db)
  if ((await store.variants.count({ product: record.product })) > maxVariants)
    throw catalogueErrors.too_many_variants({ details: { max: maxVariants } })
  await refreshProduct(record.product, store)
})

export const checkVariant = hook('variants', 'beforeUpdate', async ({ values, previous, db }) => {
  const { price, status, options } = values
  if (price === undefined && status === undefined && options === undefined) return
  const product = await lockProduct(previous.product, asSystem(db))
  if (product === undefined || options === undefined) return
  return { title: titleFor(product, options) }
})

export const changeVariant = hook('variants', 'afterUpdate', async ({ record, previous, db }) => {
  if (isOfferedAlike(record, previous)) return
  await refreshProduct(record.product, asSystem(db))
})

export const keepLastVariant = hook('variants', 'beforeDelete', async ({ record, db }) => {
  const store = asSystem(db)
  await lockProduct(record.product, store)
  if ((await store.variants.count({ product: record.product })) === 1) throw catalogueErrors.last_variant()
})

export const removeVariant = hook('variants', 'afterDelete', ({ record, db }) =>
  refreshProduct(record.product, asSystem(db)),
)

/**
 * Makes others who change a variant of the product wait until this is done.
 *
 * Who holds it sees all that was changed before, and no two lowest prices are taken at once.
 */
export function lockProduct(id: string | undefined, store: StoreDb): Promise<Product | undefined> {
  return store.products.updateIf(id ?? '', {}, { variantChanges: increment(1) })
}

/** Brings up to date what a product says about its variants. Only for who holds `lockProduct`. */
async function refreshProduct(id: string, store: StoreDb): Promise<void> {
  const product = await store.products.get(id)
  const all = await variantsOf(id, store)
  const price = lowestPrice(all)
  if (price !== undefined && price.amount !== product.price.amount) await store.products.update(id, { price })
  await keepOptionValues(product, all, store)
}

async function keepOptionValues(product: Product, all: readonly Variant[], store: StoreDb): Promise<void> {
  const { data: stored } = await store['option-values'].find({ where: { product: product.id }, limit: 1_000 })
  const wanted = optionValuesOf(product.options, all)
  const keyOf = (one: { readonly option: string; readonly value: string }) => `${one.option}/${one.value}`
  const wantedKeys = new Set(wanted.map(keyOf))
  for (const one of stored) if (!wantedKeys.delete(keyOf(one))) await store['option-values'].delete(one.id)
  for (const one of wanted)
    if (wantedKeys.has(keyOf(one))) await store['option-values'].create({ product: product.id, ...one })
}

async function variantsOf(product: string, store: StoreDb): Promise<readonly Variant[]> {
  const { data } = await store.variants.find({ where: { product }, sort: 'position', limit: maxVariants + 1 })
  return data
}

function titleFor({ options }: Product, values: readonly string[]): string {
  if (values.length !== options.length)
    throw catalogueErrors.variant_options({ details: { options: options.join(', '), count: options.length } })
  return titleOf(values)
}

function isOfferedAlike(one: Variant, other: Variant): boolean {
  return one.price.amount === other.price.amount && one.status === other.status && one.title === other.title
}
