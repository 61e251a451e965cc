import type { Money } from 'galley'

/** As much of a variant as decides what its product looks like from outside. */
export interface Offered {
  readonly status: 'draft' | 'active' | 'retired'
  readonly price: Money
  readonly options: readonly string[]
}

/** The lowest price of what can be bought; undefined when nothing can. */
export function lowestPrice(variants: readonly Offered[]): Money | undefined {
  const prices = variants.filter(isOnSale).map(({ price }) => price)
  return prices.reduce<Money | undefined>(
    (lowest, price) => (lowest === undefined || price.amount < lowest.amount ? price : lowest),
    undefined,
  )
}

export interface OptionValue {
  readonly option: string
  readonly value: string
}

/** What can be chosen, each once: the options of a product with the values that its active variants have. */
export function optionValuesOf(options: readonly string[], variants: readonly Offered[]): readonly OptionValue[] {
  const onSale = variants.filter(isOnSale)
  return options.flatMap((option, index) => {
    const values = onSale.flatMap((variant) => variant.options[index] ?? [])
    return [...new Set(values)].map((value) => ({ option, value }))
  })
}

/** `250 g / whole beans`; empty where there is nothing to choose. */
export function titleOf(values: readonly string[]): string {
  return values.join(' / ')
}

/** What it is called in a cart, on an order and in a mail: `Dawn Watch, 250 g`. At most 200 characters. */
export function variantName(product: { readonly name: string }, variant: { readonly title: string }): string {
  const name = variant.title === '' ? product.name : `${product.name}, ${variant.title}`
  return name.slice(0, 200)
}

function isOnSale({ status }: Offered): boolean {
  return status === 'active'
}
