import type { ProductSeed } from './products/index.ts'

/** What there is to choose of a product: the value of the variant that its seed speaks of, and the others. */
export interface ChoiceSeed {
  readonly option: string
  readonly value: string
  readonly others: readonly OtherVariantSeed[]
}

export interface OtherVariantSeed {
  readonly value: string
  readonly sku: string
  /** Cents. */
  readonly price: number
  readonly costPrice: number
  readonly weightGrams: number
  readonly stock: number
}

/** Coffee and tea come in two bags, some of the crockery in several glazes; undefined: there is nothing to choose. */
export function choiceOf(product: ProductSeed): ChoiceSeed | undefined {
  if (coffees.has(product.category)) return bagsOf(product, product.size === '1 kg' ? 250 : 1_000)
  if (teas.has(product.category)) return bagsOf(product, 250)
  const [value, ...others] = glazes[product.slug] ?? []
  return value === undefined
    ? undefined
    : { option: 'Colour', value, others: others.map((glaze) => glazed(glaze, product)) }
}

/** What a piece weighs with its wrapping, as far as its size tells; 400 g where it does not. */
export function weightOf({ size }: Pick<ProductSeed, 'size'>): number {
  const [, count, unit] = /^([\d.]+) (g|kg)$/.exec(size) ?? []
  if (count === undefined) return 400
  return Math.round(Number(count) * (unit === 'kg' ? 1_000 : 1)) + 20
}

const coffees = new Set(['filter-coffee', 'espresso', 'decaf'])
const teas = new Set(['black-tea', 'green-tea', 'herbal-tea'])

const glazes: Readonly<Record<string, readonly string[]>> = {
  'night-watch-mug': ['Deep Water', 'Moss', 'Fog'],
  'enamel-mug': ['White', 'Sea Green'],
  'porridge-bowl': ['Sand', 'Moss', 'Slate', 'Rust', 'Fog'],
  'supper-plate': ['Sand', 'Slate', 'Fog'],
}

/** A bag of another weight; by the gram a large one costs a tenth less. */
function bagsOf(product: ProductSeed, grams: number): ChoiceSeed {
  const own = weightOf(product) - 20
  const value = bagName(grams)
  const perGram = grams > own ? 0.9 : 1.12
  const other = {
    value,
    sku: `${product.slug}-${value.replaceAll(' ', '')}`,
    price: toTen((product.price * perGram * grams) / own),
    costPrice: Math.round((product.costPrice * grams) / own),
    weightGrams: grams + 20,
    stock: Math.floor((product.stock * own) / grams / 2),
  }
  return { option: 'Size', value: product.size, others: [other] }
}

function bagName(grams: number): string {
  return grams < 1_000 ? `${grams} g` : `${grams / 1_000} kg`
}

function glazed(glaze: string, product: ProductSeed): OtherVariantSeed {
  const { slug, price, costPrice, stock } = product
  const sku = `${slug}-${glaze.toLowerCase().replaceAll(' ', '-')}`
  return { value: glaze, sku, price, costPrice, weightGrams: weightOf(product), stock: Math.floor(stock / 3) }
}

function toTen(cents: number): number {
  return Math.round(cents / 10) * 10
}
