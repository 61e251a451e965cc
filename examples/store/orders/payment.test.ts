import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../../../tests/databases.ts'
import { newGuest } from '../testing/guests.ts'
import { assertLawsHold } from '../testing/laws.ts'
import {
  checkout,
  newBuyer,
  newCart,
  newGoods,
  newOrder,
  shelfOf,
  shippingAddress,
  statusesOf,
} from '../testing/open-shop.ts'
import { done, type Json, type Someone, send } from '../testing/over-http.ts'
import { addGiftCard, balanceOf } from '../testing/paid-orders.ts'
import { cards, openPayingShop, type PayingShop, pay, releaseExpired, settle } from '../testing/payments.ts'
import { paymentProvider } from './payment-provider.ts'

const halfAnHourMs = 30 * 60_000

for (const { name, url } of databases) {
  describe(`paying orders on ${name}`, () => {
    let shop: PayingShop
    before(async () => {
      shop = await openPayingShop({ database: await url() })
    })
    after(() => shop.app.close())

    test('a card pays an order: it is paid once, its goods are kept, and mail and invoice follow', async () => {
      const tea = await newGoods(shop, { price: 1_250, pieces: 5 })
      const buyer = await newBuyer(shop)
      const order = await newOrder(buyer, { [tea]: 2 })
      const clicks = Array.from({ length: 5 }, () => pay(buyer, order.payment, cards.threeMessages))
      assert.deepEqual(statusesOf(await Promise.all(clicks)), { 200: 5 })
      await settle(shop)
      const paid = await done(buyer, 'GET', `/api/orders/${order.id}?expand=events,invoices`)
      assert.deepEqual([paid.status, paid.capturedAmount], ['paid', 2_500])
      assert.deepEqual(paid.events.map(kindOf).sort(), ['paid', 'placed'])
      assert.equal(paid.invoices.length, 1)
      const mails = (await shop.app.mails()).filter(({ text }) => text.includes(order.number))
      assert.deepEqual(mails.map(({ subject }) => subject.replace(order.number, '')).sort(), [
        'Your order ',
        'Your order  is paid',
      ])
      shop.pass(halfAnHourMs)
      await releaseExpired(shop)
      assert.deepEqual(await shelfOf(tea, shop), { onHand: 5, reserved: 2, available: 3 })
    })

    test('a declined card leaves the order open for another one', async () => {
      const buyer = await newBuyer(shop)
      const order = await newOrder(buyer, { [await newGoods(shop, { pieces: 5 })]: 1 })
      assert.equal((await pay(buyer, order.payment, cards.declined)).body.decline.code, 'card_declined')
      assert.equal((await done(buyer, 'GET', `/api/orders/${order.id}`)).status, 'placed')
      await pay(buyer, order.payment)
      await settle(shop)
      const { data } = await done(buyer, 'GET', `/api/orders/${order.id}/events?sort=createdAt`)
      assert.deepEqual(data.map(kindOf), ['placed', 'paymentFailed', 'paid'])
    })

    test('an order that is not paid in time gives its goods back, and is cancelled by the shop', async () => {
      const tea = await newGoods(shop, { pieces: 5 })
      const buyer = await newBuyer(shop)
      const order = await newOrder(buyer, { [tea]: 2 })
      shop.pass(halfAnHourMs - 60_000)
      await releaseExpired(shop)
      assert.equal((await shelfOf(tea, shop)).reserved, 2)
      shop.pass(60_000)
      await Promise.all([releaseExpired(shop), releaseExpired(shop)])
      assert.deepEqual(await shelfOf(tea, shop), { onHand: 5, reserved: 0, available: 5 })
      const { status, events } = await done(buyer, 'GET', `/api/orders/${order.id}?expand=events`)
      assert.equal(status, 'cancelled')
      assert.deepEqual(
        events.map(({ kind, by }: Json) => `${kind} by ${by}`),
        ['placed by customer', 'cancelled by system'],
      )
      await settle(shop)
      assert.equal((await pay(buyer, order.payment)).body.code, 'payments_status')
    })

    test('money that comes after an order was cancelled goes back by itself', async () => {
      const tea = await newGoods(shop, { price: 1_000, pieces: 5 })
      const buyer = await newBuyer(shop)
      const order = await newOrder(buyer, { [tea]: 1 })
      assert.equal((await pay(buyer, order.payment)).body.status, 'capturing')
      await done(buyer, 'POST', `/api/orders/${order.id}/cancel`, {})
      await settle(shop)
      await assertGivenBack(buyer, order.id, 1_000)
      assert.deepEqual(await shelfOf(tea, shop), { onHand: 5, reserved: 0, available: 5 })
    })

    test('of the payment and the end of its time, at once, one wins: it is paid and kept, or all is given back', async () => {
      const tea = await newGoods(shop, { price: 1_000, pieces: 100 })
      const buyers = await Promise.all(Array.from({ length: 8 }, () => newBuyer(shop)))
      const orders = await Promise.all(buyers.map((buyer) => newOrder(buyer, { [tea]: 1 })))
      shop.pass(halfAnHourMs)
      await Promise.all([...buyers.map((buyer, index) => pay(buyer, orders[index]!.payment)), releaseExpired(shop)])
      await settle(shop)
      let kept = 0
      for (const [index, buyer] of buyers.entries()) {
        const { status, capturedAmount, refundedAmount } = await done(buyer, 'GET', `/api/orders/${orders[index]!.id}`)
        assert.ok(status === 'paid' || status === 'cancelled', status)
        assert.equal(capturedAmount - refundedAmount, status === 'paid' ? 1_000 : 0)
        kept += status === 'paid' ? 1 : 0
      }
      assert.deepEqual(await shelfOf(tea, shop), { onHand: 100, reserved: kept, available: 100 - kept })
    })

    test('of a gift card and a card, the card is refunded first, then the gift card; never more than each has paid', async () => {
      const tea = await newGoods(shop, { price: 1_000, pieces: 5 })
      const buyer = await newBuyer(shop)
      const cart = await newCart(buyer, { [tea]: 1 })
      const giftCard = await addGiftCard(shop, buyer, cart, 400)
      const { body: order } = await checkout(buyer, cart)
      assert.equal(order.due.amount, 600)
      await pay(buyer, order.payment)
      await settle(shop)
      const refunds = await Promise.all(
        Array.from({ length: 6 }, () =>
          send(shop.staff, 'POST', `/api/orders/${order.id}/refund`, { amount: 250, reason: 'Sorry' }),
        ),
      )
      assert.deepEqual(statusesOf(refunds), { 200: 4, 409: 2 })
      await settle(shop)
      await assertGivenBack(buyer, order.id, 1_000)
      const { data } = await done(buyer, 'GET', `/api/orders/${order.id}/refunds`)
      const sum = (part: string) => data.reduce((total: number, refund: Json) => total + refund[part], 0)
      assert.deepEqual([sum('paymentAmount'), sum('giftCardAmount')], [600, 400])
      assert.equal(await balanceOf(shop, giftCard), 400)
    })

    test('a paid order that is cancelled gives all money back, once, and says so by mail', async () => {
      const tea = await newGoods(shop, { price: 1_000, pieces: 5 })
      const buyer = await newBuyer(shop)
      const order = await newOrder(buyer, { [tea]: 1 })
      await pay(buyer, order.payment)
      await settle(shop)
      const cancel = () => send(buyer, 'POST', `/api/orders/${order.id}/cancel`, {})
      const refund = () => send(shop.staff, 'POST', `/api/orders/${order.id}/refund`, { amount: 1_000, reason: 'x' })
      await Promise.all([cancel(), refund(), cancel(), refund(), cancel(), refund()])
      await settle(shop)
      await assertGivenBack(buyer, order.id, 1_000)
      const mails = (await shop.app.mails()).filter(({ text }) => text.includes(order.number))
      assert.equal(mails.filter(({ subject }) => subject.startsWith('Money back')).length, 1)
    })

    test('a refund that the provider cannot make is told, and can be asked for again', async () => {
      const buyer = await newBuyer(shop)
      const tea = await newGoods(shop, { price: 1_000, pieces: 5 })
      const cart = await newCart(buyer, { [tea]: 1 })
      await addGiftCard(shop, buyer, cart, 400)
      const { body: order } = await checkout(buyer, cart)
      await pay(buyer, order.payment, cards.refundFails)
      await settle(shop)
      const { items } = await done(buyer, 'GET', `/api/orders/${order.id}?expand=items`)
      const wish = { items: [{ orderItem: items[0].id, quantity: 1 }], reason: 'Sorry' }
      for (const round of [1, 2]) {
        await done(shop.staff, 'POST', `/api/orders/${order.id}/refund`, wish)
        await settle(shop)
        const { refundedAmount, refunds } = await done(buyer, 'GET', `/api/orders/${order.id}?expand=refunds`)
        assert.equal(refundedAmount, 400, 'what went to the gift card did go back')
        assert.equal(refunds.filter(({ status }: Json) => status === 'failed').length, round)
        Object.assign(wish, { items: undefined, amount: 600 })
      }
    })

    test('who signs in after ordering as a guest pays and sees the order as a customer', async () => {
      const tea = await newGoods(shop, { price: 1_000, pieces: 5 })
      const guest = await newGuest(shop.app, { country: 'SE' })
      await done(guest, 'POST', `/api/carts/${guest.cart}/add`, { variant: tea, quantity: 1 })
      const given = { shippingAddress, email: 'ada@example.com' }
      const order = await done(guest, 'POST', `/api/carts/${guest.cart}/checkout`, given)
      const [ada, stranger] = [await newBuyer(shop), await newBuyer(shop)]
      assert.equal((await pay(ada, order.payment)).status, 404)
      const { cart } = await done(ada, 'POST', '/api/carts/open', {})
      for (let time = 0; time < 2; time++) await done(ada, 'POST', `/api/carts/${cart}/merge`, { secret: guest.secret })
      assert.equal((await pay(ada, order.payment)).body.status, 'capturing')
      await settle(shop)
      const { status, customer } = await done(ada, 'GET', `/api/orders/${order.id}`)
      assert.deepEqual([status, customer], ['paid', ada.id])
      const theirs = (await done(stranger, 'POST', '/api/carts/open', {})).cart
      await done(stranger, 'POST', `/api/carts/${theirs}/merge`, { secret: guest.secret })
      assert.equal((await send(stranger, 'GET', `/api/orders/${order.id}`)).status, 404)
    })

    test('a refund that comes back from the bank is owed again, and its credit note is taken back', async () => {
      const buyer = await newBuyer(shop)
      const tea = await newGoods(shop, { price: 1_000, pieces: 5 })
      const cart = await newCart(buyer, { [tea]: 2 })
      await addGiftCard(shop, buyer, cart, 400)
      const { body: order } = await checkout(buyer, cart)
      await pay(buyer, order.payment)
      await settle(shop)
      const { items } = await done(buyer, 'GET', `/api/orders/${order.id}?expand=items`)
      const wish = { items: [{ orderItem: items[0].id, quantity: 2 }], reason: 'Sorry' }
      await done(shop.staff, 'POST', `/api/orders/${order.id}/refund`, wish)
      await settle(shop)
      paymentProvider.control.returnRefunds(order.payment)
      await settle(shop)
      const after = await done(buyer, 'GET', `/api/orders/${order.id}?expand=refunds,items,invoices`)
      assert.deepEqual([after.refundedAmount, after.items[0].refundedQuantity], [400, 0])
      assert.deepEqual(after.refunds.map(({ status }: Json) => status).sort(), ['done', 'failed'])
      assert.equal(corrected(after), 400)
      await done(shop.staff, 'POST', `/api/orders/${order.id}/refund`, { amount: 1_600, reason: 'Once more' })
      await settle(shop)
      assert.equal(corrected(await done(buyer, 'GET', `/api/orders/${order.id}?expand=invoices`)), 2_000)
    })

    test('what is given back at the provider’s own site is a refund of the order, and so is its coming back', async () => {
      const buyer = await newBuyer(shop)
      const order = await newOrder(buyer, { [await newGoods(shop, { price: 1_000, pieces: 5 })]: 1 })
      await pay(buyer, order.payment)
      await settle(shop)
      paymentProvider.control.refundElsewhere(order.payment, 300)
      await settle(shop)
      const refunded = await done(buyer, 'GET', `/api/orders/${order.id}?expand=refunds,invoices`)
      assert.deepEqual([refunded.refundedAmount, refunded.refunds[0].status, corrected(refunded)], [300, 'done', 300])
      await assertLawsHold(shop)
      paymentProvider.control.returnRefunds(order.payment)
      await settle(shop)
      const returned = await done(buyer, 'GET', `/api/orders/${order.id}?expand=refunds,invoices`)
      assert.deepEqual([returned.refundedAmount, returned.refunds[0].status, corrected(returned)], [0, 'failed', 0])
      await done(buyer, 'POST', `/api/orders/${order.id}/cancel`, {})
      await settle(shop)
      assert.equal((await done(buyer, 'GET', `/api/orders/${order.id}`)).refundedAmount, 1_000)
    })

    test('of a part that was taken at the provider’s own site nothing is sent: it goes back', async () => {
      const buyer = await newBuyer(shop)
      const order = await newOrder(buyer, { [await newGoods(shop, { price: 1_000, pieces: 5 })]: 1 })
      assert.equal((await pay(buyer, order.payment)).body.status, 'capturing')
      paymentProvider.control.captureElsewhere(order.payment, 300)
      await settle(shop)
      assert.equal((await send(shop.staff, 'POST', `/api/orders/${order.id}/ship`, {})).status, 409)
      await assertGivenBack(buyer, order.id, 300)
      await done(buyer, 'POST', `/api/orders/${order.id}/cancel`, {})
      await settle(shop)
      await assertGivenBack(buyer, order.id, 300)
    })

    test('after all of this the laws hold', () => assertLawsHold(shop))

    async function assertGivenBack(buyer: Someone, id: string, amount: number): Promise<void> {
      const order = await done(buyer, 'GET', `/api/orders/${id}?expand=refunds`)
      assert.equal(order.refundedAmount, amount)
      assert.ok(order.refunds.every(({ status }: Json) => status === 'done'))
      const payment = await done(shop.staff, 'GET', `/api/payments/${order.payment}`)
      assert.equal(payment.capturedAmount, payment.refundedAmount)
    }
  })
}

const kindOf = ({ kind }: Json) => kind

/** What the credit notes of an order come to. */
function corrected({ invoices }: Json): number {
  const notes = invoices.filter(({ kind }: Json) => kind === 'creditNote')
  return notes.reduce((sum: number, { total }: Json) => sum + total, 0)
}
