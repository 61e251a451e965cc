import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderLine, totalOf } from './order-lines.ts'

const tea = { id: 'tea', name: 'Morning Steam', price: { amount: 1290, currency: 'EUR' } }
const cup = { id: 'cup', name: 'Enamel Mug', price: { amount: 1350, currency: 'EUR' } }

test('a line keeps name and price of the product as they are now', () => {
  assert.deepEqual(orderLine(tea, 3), {
    product: 'tea',
    name: 'Morning Steam',
    quantity: 3,
    unitPrice: { amount: 1290, currency: 'EUR' },
    total: { amount: 3870, currency: 'EUR' },
  })
})

test('the total of an order is the sum of its lines, to the cent', () => {
  assert.deepEqual(totalOf([orderLine(tea, 3), orderLine(cup, 2)]), { amount: 6570, currency: 'EUR' })
})
