import { brewing } from './brewing.ts'
import { coffee } from './coffee.ts'
import { kitchen } from './kitchen.ts'
import { pantry } from './pantry.ts'
import type { ProductSeed } from './product-seed.ts'
import { table } from './table.ts'
import { tea } from './tea.ts'

export type { ProductSeed }
export const productSeeds: readonly ProductSeed[] = [...coffee, ...tea, ...brewing, ...kitchen, ...table, ...pantry]

const food: ReadonlySet<ProductSeed> = new Set([...coffee, ...tea, ...pantry])

/** What people eat and drink is taxed less than what they eat and drink from. */
export function taxCategoryOf(product: ProductSeed): 'standard' | 'reduced' {
  return food.has(product) ? 'reduced' : 'standard'
}
