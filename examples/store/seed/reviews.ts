import { customerSeeds } from './customers.ts'
import type { OrderSeed } from './orders.ts'
import { productSeeds } from './products/index.ts'
import { randomFrom } from './random.ts'
import { type ReviewText, reviewTexts } from './reviews/index.ts'
import { seedId } from './seed-id.ts'

export interface ReviewSeed {
  readonly id: string
  readonly product: string
  readonly customer: string
  readonly signature: string
  readonly rating: number
  readonly title: string
  readonly text: string
  readonly status: 'published'
}

/** Gives each text to another customer to whom the product was shipped; texts without one are left out. */
export function reviewSeeds(orders: readonly OrderSeed[]): readonly ReviewSeed[] {
  const random = randomFrom(1912)
  const written = productSeeds.flatMap(({ slug }, index) => {
    const product = seedId('products', index)
    const customers = random.shuffled(customersWho(product, orders))
    const texts = (reviewTexts[slug] ?? []).slice(0, customers.length)
    return texts.map((text, position) => reviewOf(product, customers[position]!, text))
  })
  return written.map((review, index) => ({ id: seedId('reviews', index), ...review }))
}

function customersWho(product: string, orders: readonly OrderSeed[]): readonly string[] {
  const shipped = orders.filter((order) => order.status === 'shipped')
  const bought = shipped.filter((order) => order.lines.some((line) => line.product === product))
  return [...new Set(bought.map((order) => order.customer))]
}

function reviewOf(product: string, customer: string, [rating, title, text]: ReviewText): Omit<ReviewSeed, 'id'> {
  return { product, customer, signature: signatureOf(customer), rating, title, text, status: 'published' }
}

/** `Ada Lindqvist` signs as `Ada L.` */
function signatureOf(customer: string): string {
  const index = customerSeeds.findIndex((_, position) => seedId('customers', position) === customer)
  const [first = '', ...others] = customerSeeds[index]![0].split(' ')
  return `${first} ${others.at(-1)?.[0]}.`
}
