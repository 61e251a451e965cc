import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createTestApp, type TestApp } from 'galley/testing'
import { extractText, getDocumentProxy } from 'unpdf'
import { mailsTo, tokenIn } from '../../tests/auth/mails.ts'
import { databases } from '../../tests/databases.ts'
import shop, { seed } from './app.ts'
import { paymentProvider } from './orders/payment-provider.ts'
import { assertLawsHold } from './testing/laws.ts'
import { done, type Json, type Someone } from './testing/over-http.ts'
import { cards, settle } from './testing/payments.ts'

const email = 'ada@example.com'
const password = 'seven copper kettles whistling'
const shippingAddress = {
  name: 'Ada Byron',
  line1: 'Bryggargatan 14',
  postalCode: '111 21',
  city: 'Stockholm',
  country: 'SE',
}

for (const { name, url } of databases) {
  describe(`a whole purchase on ${name}`, () => {
    let app: TestApp
    let passedMs = 0
    before(async () => {
      const clock = { nowMs: () => Date.now() + passedMs }
      app = await createTestApp(shop, { database: await url(), seed, clock })
      paymentProvider.control.sendMessagesTo(`${await app.url()}/api/webhooks/simulated`)
    })
    after(() => app.close())

    test('somebody new browses, fills a cart, signs in, pays, gets it, and sends a part of it back', async () => {
      // Browsing: nobody is signed in, and nothing but what is on sale is shown.
      const shelf = await done(
        app,
        'GET',
        '/api/products?filter[category.slug][eq]=black-tea&sort=price&expand=variants',
      )
      const found = await done(app, 'GET', '/api/products?search=espresso&expand=variants.stockLevels')
      const [tea, coffee] = [shelf.data[0].variants[0], found.data[0].variants[0]]
      assert.ok(coffee.stockLevels[0].available > 2)

      // A cart as a guest, with a secret instead of an account.
      const { cart: guestCart, secret } = await done(app, 'POST', '/api/carts/open', { country: 'SE' })
      const guest = withHeader('authorization', `Cart ${secret}`)
      await done(guest, 'POST', `/api/carts/${guestCart}/add`, { variant: coffee.id, quantity: 2 })
      await done(guest, 'POST', `/api/carts/${guestCart}/add`, { variant: tea.id, quantity: 1 })
      const before = await done(guest, 'POST', `/api/carts/${guestCart}/quote`, {})
      assert.equal(before.subtotal.amount, coffee.price.amount * 2 + tea.price.amount)

      // An account, with the address confirmed, and the cart comes along.
      const ada = await newAccount()
      const { cart } = await done(ada, 'POST', '/api/carts/open', { country: 'SE' })
      await done(ada, 'POST', `/api/carts/${cart}/merge`, { secret })
      const quote = await done(ada, 'POST', `/api/carts/${cart}/apply-coupon`, { code: 'harbour10' })
      assert.equal(quote.subtotal.amount, before.subtotal.amount)
      assert.equal(quote.discount.amount, Math.round(quote.subtotal.amount / 10))
      assert.equal(quote.due.amount, quote.subtotal.amount - quote.discount.amount + quote.shipping.amount)

      // The order is what was quoted. Her bank wants to know that it is her.
      const order = await done(ada, 'POST', `/api/carts/${cart}/checkout`, { shippingAddress })
      assert.deepEqual([order.total, order.status], [quote.total, 'placed'])
      const payment = `/api/payments/${order.payment}`
      const asked = await done(ada, 'POST', `${payment}/authorize`, { method: cards.challenged })
      assert.equal(asked.status, 'challenged')
      await approve(asked.challenge.url)
      await done(ada, 'POST', `${payment}/confirm`, {})
      await settleAll()
      const paid = await done(ada, 'GET', `/api/orders/${order.id}?expand=items`)
      assert.deepEqual([paid.status, paid.capturedAmount], ['paid', order.total.amount])

      // The mail has the link to the order; the invoice has its sum.
      const [thanks] = (await mailsTo(app, email)).filter(({ subject }) => subject === `Your order ${order.number}`)
      const token = /#token=([\w-]+)/.exec(thanks!.text)![1]!
      assert.equal((await done(app, 'POST', '/api/orders/look-up', { token })).status, 'paid')
      assert.match(await invoiceText(ada, order.id), new RegExp(`Total: ${inEuros(order.total.amount)} EUR`))

      // Two parcels, each with its mail.
      const staff = app.as({ id: '01954f00-b000-7000-8000-00000000ffff', roles: ['staff'] })
      const [twoOf, oneOf] = [2, 1].map((count) => paid.items.find(({ quantity }: Json) => quantity === count))
      const first = { items: [{ orderItem: oneOf.id, quantity: 1 }], trackingCode: 'SE-1' }
      await done(staff, 'POST', `/api/orders/${order.id}/ship`, first)
      assert.equal((await done(ada, 'GET', `/api/orders/${order.id}`)).status, 'partiallyShipped')
      await done(staff, 'POST', `/api/orders/${order.id}/ship`, { trackingCode: 'SE-2' })
      assert.equal((await done(ada, 'POST', `/api/orders/${order.id}/deliver`, {})).status, 'delivered')

      // One bag goes back, and the money for it.
      const wish = { items: [{ orderItem: twoOf.id, quantity: 1 }], reason: 'One is enough' }
      const sent = await done(ada, 'POST', `/api/orders/${order.id}/request-return`, wish)
      await done(staff, 'POST', `/api/returns/${sent.id}/receive`, {})
      await done(staff, 'POST', `/api/orders/${order.id}/refund`, wish)
      await settleAll()
      const { refundedAmount, events } = await done(ada, 'GET', `/api/orders/${order.id}?expand=events`)
      assert.ok(Math.abs(refundedAmount - twoOf.total.amount / 2) <= 1, `${refundedAmount}`)
      assert.equal((await done(ada, 'GET', payment)).refundedAmount, refundedAmount)
      assert.deepEqual(
        events.map(({ kind }: Json) => kind),
        ['placed', 'paid', 'partiallyShipped', 'shipped', 'delivered', 'returnRequested', 'returnReceived', 'refunded'],
      )

      // All that she was told, in this order, and the books are right.
      const subjects = (await mailsTo(app, email)).map(({ subject }) => subject).toReversed()
      assert.deepEqual(subjects.slice(-5), [
        `Your order ${order.number}`,
        `Your order ${order.number} is paid`,
        `Your order ${order.number} is on its way`,
        `Your order ${order.number} is on its way`,
        `Money back for your order ${order.number}`,
      ])
      await assertLawsHold({ app })
    })

    type Visitor = Pick<Someone, 'fetch'>

    function withHeader(header: string, value: string): Visitor {
      return {
        fetch: (path, init = {}) =>
          app.fetch(path, { ...init, headers: { ...(init.headers as Record<string, string>), [header]: value } }),
      }
    }

    async function newAccount(): Promise<Visitor> {
      await done(app, 'POST', '/api/auth/register', { email, password, profile: { name: 'Ada Byron' } })
      await done(app, 'POST', '/api/auth/verify-email', { token: await tokenIn(app, email, 'verify-email') })
      const { token } = await done(app, 'POST', '/api/auth/sign-in', { email, password, transport: 'token' })
      return withHeader('authorization', `Bearer ${token}`)
    }

    /** On the page of the bank, which the simulated provider has too. */
    async function approve(page: string): Promise<void> {
      const { pathname } = new URL(page)
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await app.fetch(pathname, { method: 'POST', headers, body: 'answer=approve', redirect: 'manual' })
      assert.ok(answer.status < 400, await answer.text())
    }

    async function invoiceText(visitor: Visitor, order: string): Promise<string> {
      const answer = await visitor.fetch(`/api/orders/${order}/invoice`)
      const pdf = await getDocumentProxy(new Uint8Array(await answer.arrayBuffer()))
      return (await extractText(pdf, { mergePages: true })).text
    }

    const settleAll = () => settle({ app, pass: (ms) => (passedMs += ms) })
  })
}

const inEuros = (cents: number) => (cents / 100).toFixed(2).replace('.', '\\.')
