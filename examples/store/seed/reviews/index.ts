import { brewing } from './brewing.ts'
import { coffee } from './coffee.ts'
import { kitchen } from './kitchen.ts'
import { pantry } from './pantry.ts'
import type { ReviewText, ReviewTexts } from './review-seed.ts'
import { table } from './table.ts'
import { tea } from './tea.ts'

export type { ReviewText }
export const reviewTexts: ReviewTexts = { ...coffee, ...tea, ...brewing, ...kitchen, ...table, ...pantry }
