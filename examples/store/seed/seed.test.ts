import assert from 'node:assert/strict'
import { test } from 'node:test'
import { categorySeeds } from './categories.ts'
import { customerSeeds } from './customers.ts'
import { orderSeeds } from './orders.ts'
import { productSeeds } from './products/index.ts'
import { reviewTexts } from './reviews/index.ts'
import { reviewSeeds } from './reviews.ts'
import { seedId, toldAtMs } from './seed-id.ts'
import { tagSeeds } from './tags.ts'

const orders = orderSeeds()
const lines = orders.flatMap((order) => order.lines)
const reviews = reviewSeeds(orders)

test('the shop opens with shelves, goods, customers, a past and opinions', () => {
  assert.ok(categorySeeds.length >= 10)
  assert.ok(productSeeds.length >= 60)
  assert.ok(customerSeeds.length >= 40)
  assert.ok(orders.length >= 200)
  assert.ok(reviews.length >= 150)
})

test('every start tells the same story', () => {
  assert.deepEqual(orderSeeds(), orders)
  assert.deepEqual(reviewSeeds(orders), reviews)
})

test('slugs and mailboxes are unique', () => {
  for (const seeds of [categorySeeds, productSeeds, tagSeeds]) assertDistinct(seeds.map((seed) => seed.slug))
  assertDistinct(customerSeeds.map(([, mailbox]) => mailbox))
})

test('ids are UUIDv7 in shape, and none is given twice', () => {
  const ids = [...orders, ...reviews].map((record) => record.id)
  assertDistinct(ids)
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('a category comes after the one above it', () => {
  const slugs = categorySeeds.map((category) => category.slug)
  for (const [index, { parent }] of categorySeeds.entries()) {
    if (parent !== undefined) assert.ok(slugs.slice(0, index).includes(parent), parent)
  }
})

test('every shelf without shelves below it has at least three products', () => {
  const parents = new Set(categorySeeds.map((category) => category.parent))
  for (const { slug } of categorySeeds.filter((category) => !parents.has(category.slug))) {
    assert.ok(productSeeds.filter((product) => product.category === slug).length >= 3, slug)
  }
})

test('every product stands on a lowest shelf, under known tags, and costs more than it cost', () => {
  const parents = new Set(categorySeeds.map((category) => category.parent))
  const shelves = new Set(categorySeeds.map(({ slug }) => slug).filter((slug) => !parents.has(slug)))
  const tags = new Set(tagSeeds.map((tag) => tag.slug))
  for (const product of productSeeds) {
    assert.ok(shelves.has(product.category), product.slug)
    assert.deepEqual(
      product.tags.filter((tag) => !tags.has(tag)),
      [],
    )
    assert.ok(product.price > product.costPrice, product.slug)
  }
})

test('every product is described in a breath: 80 to 200 characters', () => {
  const lengths = productSeeds.map(({ description }) => description.length)
  assert.ok(Math.min(...lengths) >= 80)
  assert.ok(Math.max(...lengths) <= 200)
})

test('orders add up, and lie in the year before the day of the story', () => {
  for (const order of orders) {
    assert.equal(
      order.totals.total,
      order.lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0),
    )
    const ageDays = (toldAtMs - Date.parse(order.placedAt)) / 86_400_000
    assert.ok(ageDays > 0 && ageDays <= 366, order.placedAt)
  }
})

test('orders were placed, then paid, then shipped, never in the future', () => {
  const toldAt = new Date(toldAtMs).toISOString()
  for (const { placedAt, paidAt, shippedAt, cancelledAt } of orders) {
    const moments = [placedAt, paidAt, shippedAt, cancelledAt].filter((moment) => moment !== null)
    assert.deepEqual([...moments].sort(), moments)
    assert.ok(moments.every((moment) => moment <= toldAt))
  }
})

test('orders of every status are there to be looked at', () => {
  assert.deepEqual([...new Set(orders.map((order) => order.status))].sort(), ['cancelled', 'paid', 'placed', 'shipped'])
})

test('an order names a product once, and drafts are never sold', () => {
  for (const order of orders) assertDistinct(order.lines.map((line) => line.product))
  const drafts = productSeeds.flatMap(({ status }, index) => (status === 'draft' ? [seedId('products', index)] : []))
  assert.ok(drafts.length > 0)
  assert.ok(!lines.some((line) => drafts.includes(line.product)))
})

test('customers review what was shipped to them, once each', () => {
  assertDistinct(reviews.map(({ product, customer }) => `${product} ${customer}`))
  for (const { product, customer } of reviews) {
    const isBought = orders.some(
      (order) =>
        order.customer === customer &&
        order.status === 'shipped' &&
        order.lines.some((line) => line.product === product),
    )
    assert.ok(isBought, `${customer} never got ${product}`)
  }
})

test('every review is said once, and every text speaks of a product', () => {
  assertDistinct(reviews.map((review) => review.text))
  const slugs = new Set(productSeeds.map((product) => product.slug))
  assert.deepEqual(
    Object.keys(reviewTexts).filter((slug) => !slugs.has(slug)),
    [],
  )
})

function assertDistinct(values: readonly string[]): void {
  assert.deepEqual(
    values.filter((value, index) => values.indexOf(value) !== index),
    [],
  )
}
