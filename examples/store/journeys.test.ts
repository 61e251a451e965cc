import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ActingAs, createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../../tests/databases.ts'
import shop from './app.ts'

for (const { name, url } of databases) {
  describe(`the shop on ${name}`, () => {
    let app: TestApp
    let staff: Someone
    before(async () => {
      app = await createTestApp(shop, { database: await url() })
      staff = app.as({ id: '01954f00-b000-7000-8000-00000000ffff', roles: ['admin'] })
    })
    after(() => app.close())

    test('a customer browses, fills a cart, orders, and reviews what was bought', async () => {
      const tea = await newProduct(staff, { name: 'Harbour Tea', price: 1_250, pieces: 5 })
      const mug = await newProduct(staff, { name: 'Harbour Mug', price: 800, pieces: 1 })
      const customer = await newCustomer(app, staff)

      const found = await send(customer, 'GET', '/api/products?search=harbour&sort=name&expand=stock')
      assert.deepEqual(
        found.body.data.map((product: Json) => [product.name, product.stock.quantity, product.costPrice]),
        [
          ['Harbour Mug', 1, undefined],
          ['Harbour Tea', 5, undefined],
        ],
      )

      const cart = await newCart(customer, { [tea]: 2, [mug]: 1 })
      const order = await send(customer, 'POST', `/api/carts/${cart}/checkout`, { shippingAddress })
      assert.equal(order.status, 200)
      assert.equal(order.body.status, 'placed')
      assert.deepEqual(order.body.total, { amount: 3_300, currency: 'EUR' })
      assert.equal(await piecesOf(tea, staff), 3)
      assert.equal(await piecesOf(mug, staff), 0)

      const items = await send(customer, 'GET', `/api/orders/${order.body.id}/items?sort=name`)
      assert.deepEqual(
        items.body.data.map((item: Json) => [item.name, item.quantity, item.unitPrice.amount, item.total.amount]),
        [
          ['Harbour Mug', 1, 800, 800],
          ['Harbour Tea', 2, 1_250, 2_500],
        ],
      )

      const review = { signature: 'Ada L.', rating: 5, title: 'Good', text: 'Tastes of rope, in a good way.' }
      assert.equal((await send(customer, 'POST', `/api/products/${tea}/reviews`, review)).status, 201)
      assert.equal((await send(customer, 'POST', `/api/products/${tea}/reviews`, review)).status, 409)
    })

    test('who did not buy it, or gave it back, cannot review it', async () => {
      const tea = await newProduct(staff, { price: 500, pieces: 5 })
      const customer = await newCustomer(app, staff)
      const review = { signature: 'A.', rating: 1, title: 'Bad', text: 'Never had it.' }
      assert.equal((await send(customer, 'POST', `/api/products/${tea}/reviews`, review)).status, 403)
      const order = await newOrder(customer, { [tea]: 1 })
      await send(customer, 'POST', `/api/orders/${order}/cancel`, {})
      assert.equal((await send(customer, 'POST', `/api/products/${tea}/reviews`, review)).status, 403)
    })

    test('a client has no say in prices, totals, stock or the state of a cart', async () => {
      const tea = await newProduct(staff, { price: 500, pieces: 5 })
      const customer = await newCustomer(app, staff)
      const cart = await newCart(customer, {})
      const refused = [
        await send(customer, 'POST', `/api/carts/${cart}/items`, { variant: tea, quantity: 1, unitPrice: 1 }),
        await send(customer, 'POST', `/api/carts/${cart}/items`, { variant: tea, quantity: 100 }),
        await send(customer, 'POST', `/api/carts/${cart}/checkout`, { shippingAddress, total: { amount: 1 } }),
        await send(customer, 'POST', '/api/carts', { status: 'ordered' }),
        await send(customer, 'POST', '/api/orders', { total: { amount: 1 } }),
        await send(customer, 'PATCH', `/api/stock/${tea}`, { quantity: 99 }),
        await send(customer, 'PATCH', `/api/products/${tea}`, { price: { amount: 1 } }),
      ]
      assert.deepEqual(
        refused.map(({ status }) => status),
        [400, 400, 400, 403, 403, 403, 403],
      )
    })

    test('another customer sees neither cart nor order, and cannot order the cart', async () => {
      const tea = await newProduct(staff, { price: 500, pieces: 5 })
      const [customer, stranger] = [await newCustomer(app, staff), await newCustomer(app, staff)]
      const cart = await newCart(customer, { [tea]: 1 })
      assert.equal((await send(stranger, 'POST', `/api/carts/${cart}/checkout`, { shippingAddress })).status, 404)
      const order = await newOrder(customer, { [tea]: 1 })
      for (const path of [`/api/carts/${cart}`, `/api/orders/${order}`]) {
        assert.equal((await send(stranger, 'GET', path)).status, 404)
      }
    })

    test('what is missing is listed, all of it, and nothing has changed', async () => {
      const [plenty, few, none] = [
        await newProduct(staff, { price: 100, pieces: 9 }),
        await newProduct(staff, { price: 100, pieces: 2 }),
        await newProduct(staff, { price: 100, pieces: 0 }),
      ]
      const customer = await newCustomer(app, staff)
      const cart = await newCart(customer, { [plenty]: 1, [few]: 3, [none]: 1 })
      const answer = await send(customer, 'POST', `/api/carts/${cart}/checkout`, { shippingAddress })
      assert.equal(answer.status, 409)
      assert.equal(answer.body.code, 'store_items_missing')
      assert.deepEqual(
        answer.body.errors
          .map((error: Json) => error.params)
          .sort((left: Json, right: Json) => left.available - right.available),
        [
          { product: none, wanted: 1, available: 0 },
          { product: few, wanted: 3, available: 2 },
        ],
      )
      assert.equal(await piecesOf(plenty, staff), 9)
      assert.equal((await send(customer, 'GET', `/api/carts/${cart}`)).body.status, 'open')
      assert.deepEqual((await send(customer, 'GET', '/api/orders')).body.data, [])
    })

    test('what was retired after it went into the cart is missing, too', async () => {
      const tea = await newProduct(staff, { price: 100, pieces: 9 })
      const customer = await newCustomer(app, staff)
      const cart = await newCart(customer, { [tea]: 2 })
      await send(staff, 'PATCH', `/api/products/${tea}`, { status: 'retired' })
      const answer = await send(customer, 'POST', `/api/carts/${cart}/checkout`, { shippingAddress })
      assert.equal(answer.status, 409)
      assert.deepEqual(answer.body.errors[0].params, { product: tea, wanted: 2, available: 0 })
    })

    test('an empty cart is not an order', async () => {
      const customer = await newCustomer(app, staff)
      const cart = await newCart(customer, {})
      const answer = await send(customer, 'POST', `/api/carts/${cart}/checkout`, { shippingAddress })
      assert.deepEqual([answer.status, answer.body.code], [409, 'store_cart_empty'])
    })

    test('two hundred checkouts at once for ten pieces: ten orders, nothing left, 190 times 409', async () => {
      const tea = await newProduct(staff, { price: 100, pieces: 10 })
      const customers = await Promise.all(Array.from({ length: 200 }, () => newCustomer(app, staff)))
      const carts = await Promise.all(customers.map((customer) => newCart(customer, { [tea]: 1 })))
      const answers = await Promise.all(
        customers.map((customer, index) =>
          send(customer, 'POST', `/api/carts/${carts[index]}/checkout`, { shippingAddress }),
        ),
      )
      assert.equal(answers.filter(({ status }) => status === 200).length, 10)
      const refused = answers.filter(({ status, body }) => status === 409 && body.code === 'store_items_missing')
      assert.equal(refused.length, 190)
      assert.equal(await piecesOf(tea, staff), 0)
      const sold = await send(staff, 'GET', `/api/order-items/aggregate?filter[product][eq]=${tea}&sum=quantity`)
      assert.equal(sold.body.data[0].sum.quantity, 10)
    })

    test('a cart that is ordered twenty times at once makes one order', async () => {
      const tea = await newProduct(staff, { price: 100, pieces: 50 })
      const customer = await newCustomer(app, staff)
      const cart = await newCart(customer, { [tea]: 1 })
      const checkout = () => send(customer, 'POST', `/api/carts/${cart}/checkout`, { shippingAddress })
      const answers = await Promise.all(Array.from({ length: 20 }, checkout))
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
      assert.equal(answers.filter(({ body }) => body.code === 'store_cart_ordered').length, 19)
      assert.equal(await piecesOf(tea, staff), 49)
    })

    test('carts with the same goods in another order never block each other', async () => {
      const [tea, mug] = [
        await newProduct(staff, { price: 100, pieces: 40 }),
        await newProduct(staff, { price: 100, pieces: 40 }),
      ]
      const customers = await Promise.all(Array.from({ length: 40 }, () => newCustomer(app, staff)))
      const answers = await Promise.all(
        customers.map(async (customer, index) => {
          const cart = await newCart(customer, index % 2 === 0 ? { [tea]: 1, [mug]: 1 } : { [mug]: 1, [tea]: 1 })
          return send(customer, 'POST', `/api/carts/${cart}/checkout`, { shippingAddress })
        }),
      )
      assert.ok(answers.every(({ status }) => status === 200))
      assert.deepEqual([await piecesOf(tea, staff), await piecesOf(mug, staff)], [0, 0])
    })

    test('an order that is cancelled twenty times at once goes back on the shelf once', async () => {
      const tea = await newProduct(staff, { price: 100, pieces: 5 })
      const customer = await newCustomer(app, staff)
      const order = await newOrder(customer, { [tea]: 2 })
      const cancel = () => send(customer, 'POST', `/api/orders/${order}/cancel`, {})
      const answers = await Promise.all(Array.from({ length: 20 }, cancel))
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
      assert.equal(answers.filter(({ status }) => status === 409).length, 19)
      assert.equal(await piecesOf(tea, staff), 5)
    })

    test('an order is paid and shipped by staff; a customer may cancel it until it is paid, nobody once it is shipped', async () => {
      const tea = await newProduct(staff, { price: 100, pieces: 5 })
      const customer = await newCustomer(app, staff)
      const order = await newOrder(customer, { [tea]: 1 })
      const act = async (actor: Someone, name: string) =>
        (await send(actor, 'POST', `/api/orders/${order}/${name}`, {})).status
      assert.equal(await act(customer, 'pay'), 403)
      assert.equal(await act(staff, 'ship'), 409)
      assert.equal(await act(staff, 'pay'), 200)
      assert.equal(await act(customer, 'cancel'), 409)
      assert.equal(await act(staff, 'ship'), 200)
      assert.equal(await act(staff, 'cancel'), 409)
      assert.equal((await send(customer, 'GET', `/api/orders/${order}`)).body.status, 'shipped')
    })

    test('staff may hide a review but not rewrite it, and then only its author sees it', async () => {
      const tea = await newProduct(staff, { price: 100, pieces: 5 })
      const [customer, stranger] = [await newCustomer(app, staff), await newCustomer(app, staff)]
      await newOrder(customer, { [tea]: 1 })
      const review = { signature: 'A.', rating: 1, title: 'Bad', text: 'Rude words.' }
      const { body } = await send(customer, 'POST', `/api/products/${tea}/reviews`, review)
      const path = `/api/reviews/${body.id}`
      assert.equal((await send(stranger, 'GET', path)).body.customer, undefined)
      assert.equal((await send(staff, 'PATCH', path, { rating: 5 })).status, 403)
      assert.equal((await send(customer, 'PATCH', path, { status: 'hidden' })).status, 403)
      assert.equal((await send(staff, 'PATCH', path, { status: 'hidden' })).status, 200)
      assert.equal((await send(stranger, 'GET', path)).status, 404)
      assert.equal((await send(customer, 'GET', path)).status, 200)
    })
  })
}

type Someone = ActingAs<any> // any: these tests speak HTTP
type Json = any // any: what a body holds is what the tests find out
interface Answer {
  readonly status: number
  readonly body: Json
}

async function send(actor: Someone, method: string, path: string, body?: object): Promise<Answer> {
  const headers = body === undefined ? undefined : { 'content-type': 'application/json' }
  const response = await actor.fetch(path, { method, headers, body: body && JSON.stringify(body) })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

const shippingAddress = {
  name: 'Ada Lindqvist',
  line1: 'Bryggargatan 14',
  postalCode: '111 21',
  city: 'Stockholm',
  country: 'SE',
}

let count = 0

async function newProduct(
  staff: Someone,
  { name = `Thing ${++count}`, price, pieces }: { name?: string; price: number; pieces: number },
): Promise<string> {
  const category = await created(staff, '/api/categories', { name: `Shelf ${++count}` })
  const product = { name, description: 'For tests.', status: 'active', category, price: { amount: price } }
  const id = await created(staff, '/api/products', product)
  assert.equal((await send(staff, 'PATCH', `/api/stock/${id}`, { quantity: pieces })).status, 200)
  return id
}

async function newCustomer(app: TestApp, staff: Someone): Promise<Someone> {
  const number = ++count
  const id = await created(staff, '/api/customers', { name: `Guest ${number}`, email: `guest${number}@example.com` })
  return app.as({ id, roles: [] })
}

async function newCart(customer: Someone, items: Readonly<Record<string, number>>): Promise<string> {
  const cart = await created(customer, '/api/carts', {})
  for (const [variant, quantity] of Object.entries(items)) {
    await created(customer, `/api/carts/${cart}/items`, { variant, quantity })
  }
  return cart
}

async function newOrder(customer: Someone, items: Readonly<Record<string, number>>): Promise<string> {
  const cart = await newCart(customer, items)
  const answer = await send(customer, 'POST', `/api/carts/${cart}/checkout`, { shippingAddress })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body.id
}

async function created(actor: Someone, path: string, body: object): Promise<string> {
  const answer = await send(actor, 'POST', path, body)
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body.id
}

async function piecesOf(product: string, staff: Someone): Promise<number> {
  return (await send(staff, 'GET', `/api/stock/${product}`)).body.quantity
}
