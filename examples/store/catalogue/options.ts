import { asSystem, type RecordOf, role } from 'galley'
import { action, type StoreDb } from '../collections.ts'
import { catalogueErrors } from './errors.ts'
import { lockProduct, maxVariants } from './keep-product.ts'
import { optionName, optionValueText, type products } from './products.ts'

const maxOptions = 3

export const addOption = action('products', 'add-option', {
  description: 'Lets people choose: names what, and the value that the variants which there are already have.',
  input: { option: optionName(), value: optionValueText() },
  output: 'products',
  allow: role('manager'),
  async run({ record, input, db }) {
    await giveOption(record.id, input, asSystem(db))
    return record
  },
})

export const removeOption = action('products', 'remove-option', {
  description: 'Takes a choice away. The variants must differ without it.',
  input: { option: optionName() },
  output: 'products',
  allow: role('manager'),
  async run({ record, input: { option }, db }) {
    const store = asSystem(db)
    const { options } = await requireLocked(record.id, store)
    const index = options.indexOf(option)
    if (index < 0) throw catalogueErrors.option_missing({ details: { option, options: options.join(', ') } })
    await changeOptions(record.id, options.toSpliced(index, 1), (values) => values.toSpliced(index, 1), store)
    return record
  },
})

export interface NewOption {
  readonly option: string
  readonly value: string
}

/** Adds an option to a product; all its variants have the value. */
export async function giveOption(product: string, { option, value }: NewOption, store: StoreDb): Promise<void> {
  const { options } = await requireLocked(product, store)
  if (options.includes(option)) throw catalogueErrors.option_exists({ details: { option } })
  if (options.length === maxOptions) throw catalogueErrors.too_many_options({ details: { max: maxOptions } })
  await changeOptions(product, [...options, option], (values) => [...values, value], store)
}

async function requireLocked(id: string, store: StoreDb): Promise<RecordOf<typeof products>> {
  const product = await lockProduct(id, store)
  if (product === undefined) throw catalogueErrors.product_gone()
  return product
}

async function changeOptions(
  product: string,
  options: readonly string[],
  change: (values: readonly string[]) => readonly string[],
  store: StoreDb,
): Promise<void> {
  await store.products.update(product, { options })
  const { data: variants } = await store.variants.find({ where: { product }, sort: 'id', limit: maxVariants })
  for (const variant of variants) await store.variants.update(variant.id, { options: change(variant.options) })
}
