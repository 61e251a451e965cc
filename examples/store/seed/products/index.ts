import { brewing } from './brewing.ts'
import { coffee } from './coffee.ts'
import { kitchen } from './kitchen.ts'
import { pantry } from './pantry.ts'
import type { ProductSeed } from './product-seed.ts'
import { table } from './table.ts'
import { tea } from './tea.ts'

export type { ProductSeed }
export const productSeeds: readonly ProductSeed[] = [...coffee, ...tea, ...brewing, ...kitchen, ...table, ...pantry]
