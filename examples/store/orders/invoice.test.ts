import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { extractText, getDocumentProxy } from 'unpdf'
import { databases } from '../../../tests/databases.ts'
import { assertLawsHold } from '../testing/laws.ts'
import { checkout, newBuyer, newCart, newGoods, newOrder, type OpenShop, openShop } from '../testing/open-shop.ts'
import { done, type Json, type Someone, send } from '../testing/over-http.ts'
import { addGiftCard, newPaidOrder } from '../testing/paid-orders.ts'

for (const { name, url } of databases) {
  describe(`invoices on ${name}`, () => {
    let shop: OpenShop
    before(async () => {
      shop = await openShop({ database: await url() })
    })
    after(() => shop.app.close())

    test('an order that is paid has an invoice: a PDF with its items, its taxes by rate, and its total', async () => {
      const [tea, mug] = [
        await newGoods(shop, { price: 1_250, pieces: 5 }),
        await newGoods(shop, { price: 800, pieces: 5 }),
      ]
      const buyer = await newBuyer(shop)
      const { id } = await newPaidOrder(shop, buyer, { [tea]: 2, [mug]: 1 })
      const { text, pages, type, rows } = await pdfOf(buyer, `/api/orders/${id}/invoice`)
      const { number } = await done(buyer, 'GET', `/api/orders/${id}`)
      assert.deepEqual([type, pages], ['application/pdf', 1])
      for (const part of [number, 'INV-000001', 'Ada Lindqvist', '111 21 Stockholm', '25 %', '25.00', '20.00'])
        assert.ok(text.includes(part), `${part} in ${text}`)
      assert.match(text, /Net: 26\.40 EUR/)
      assert.match(text, /Tax 25 % on 26\.40 EUR: 6\.60 EUR/)
      assert.match(text, /Total: 33\.00 EUR/)
      const headings = rows.find((row) => row.includes('Pieces'))!
      assert.deepEqual([...headings].sort(), ['Item', 'Net', 'Pieces', 'Tax', 'Total'], 'nothing is written over them')
      assert.ok(rows.some((row) => row.includes('Sweden')))
    })

    test('names of all of Europe are written, and many items take many pages', async () => {
      const goods = await Promise.all(Array.from({ length: 70 }, () => newGoods(shop, { price: 100, pieces: 1 })))
      const buyer = await newBuyer(shop)
      const cart = await newCart(buyer, Object.fromEntries(goods.map((variant) => [variant, 1])))
      await addGiftCard(shop, buyer, cart, 100_000)
      const name = 'Łucja Đorđević-Ångström Παπαδάκη'
      const address = { name, line1: 'Ulica 1', postalCode: '1', city: 'Kraków', country: 'SE' }
      const order = await done(buyer, 'POST', `/api/carts/${cart}/checkout`, { shippingAddress: address })
      const { text, pages } = await pdfOf(buyer, `/api/orders/${order.id}/invoice`)
      assert.ok(text.includes(name), text)
      assert.ok(pages > 1)
      assert.match(text, /Total: 70\.00 EUR/)
    })

    test('a reader that asks for a part of the PDF gets that part', async () => {
      const buyer = await newBuyer(shop)
      const { id } = await newPaidOrder(shop, buyer, { [await newGoods(shop, { pieces: 1 })]: 1 })
      const part = (range: string) => buyer.fetch(`/api/orders/${id}/invoice`, { headers: { range } })
      for (const range of ['bytes=0-3', 'bytes=1-']) {
        const answer = await part(range)
        const bytes = await answer.text()
        assert.deepEqual([answer.status, bytes.slice(0, 3)], [206, range === 'bytes=0-3' ? '%PD' : 'PDF'])
      }
    })

    test('there is none before it is paid, and a stranger is told of no order', async () => {
      const tea = await newGoods(shop, { pieces: 5 })
      const [buyer, stranger] = [await newBuyer(shop), await newBuyer(shop)]
      const open = await newOrder(buyer, { [tea]: 1 })
      const early = await send(buyer, 'GET', `/api/orders/${open.id}/invoice`)
      assert.deepEqual([early.status, early.body.code], [404, 'store_invoice_missing'])
      const { id } = await newPaidOrder(shop, buyer, { [tea]: 1 })
      assert.equal((await send(stranger, 'GET', `/api/orders/${id}/invoice`)).status, 404)
      assert.equal((await shop.staff.fetch(`/api/orders/${id}/invoice`)).status, 200)
    })

    test('numbers have no gaps, whoever pays at the same time and however many checkouts fail', async () => {
      const before = await numbersOf('invoice')
      const tea = await newGoods(shop, { pieces: 20 })
      const buyers = await Promise.all(Array.from({ length: 40 }, () => newBuyer(shop)))
      const carts = await Promise.all(
        buyers.map(async (buyer) => {
          const cart = await newCart(buyer, { [tea]: 1 })
          await addGiftCard(shop, buyer, cart, 100)
          return cart
        }),
      )
      const answers = await Promise.all(buyers.map((buyer, index) => checkout(buyer, carts[index]!)))
      assert.equal(answers.filter(({ status }) => status === 200).length, 20)
      const all = await numbersOf('invoice')
      assert.equal(all.length, before.length + 20)
      assert.deepEqual(
        all,
        all.map((_, index) => `INV-${String(index + 1).padStart(6, '0')}`),
      )
    })

    test('a refund has a credit note, taken apart by rate, that names the invoice', async () => {
      const tea = await newGoods(shop, { price: 1_000, pieces: 5 })
      const buyer = await newBuyer(shop)
      const { id, items } = await newPaidOrder(shop, buyer, { [tea]: 2 })
      const wish = { items: [{ orderItem: items[tea], quantity: 1 }], amount: 250, reason: 'A dent' }
      const refund = await done(shop.staff, 'POST', `/api/orders/${id}/refund`, wish)
      const { data } = await done(buyer, 'GET', `/api/orders/${id}/invoices?sort=createdAt`)
      const [invoice, note] = data
      assert.deepEqual(
        [note.kind, note.refund, note.corrects, note.net, note.tax, note.total],
        ['creditNote', refund.id, invoice.number, 1_000, 250, 1_250],
      )
      const { text } = await pdfOf(buyer, `/api/orders/${id}/invoice?creditNote=${note.id}`)
      for (const part of ['Credit note CN-000001', invoice.number, 'A dent', 'Total: 12.50 EUR'])
        assert.ok(text.includes(part), `${part} in ${text}`)
    })

    test('an invoice is never changed or removed', async () => {
      const [{ id }] = (await done(shop.staff, 'GET', '/api/invoices?limit=1')).data
      assert.equal((await send(shop.staff, 'PATCH', `/api/invoices/${id}`, { total: 1 })).status, 403)
      assert.equal((await send(shop.staff, 'DELETE', `/api/invoices/${id}`)).status, 403)
      await assert.rejects(shop.app.system.invoices!.delete(id), { code: 'store_only_added' })
    })

    test('after all of this the laws hold', () => assertLawsHold(shop))

    async function numbersOf(kind: string): Promise<readonly string[]> {
      const { data } = await done(shop.staff, 'GET', `/api/invoices?filter[kind][eq]=${kind}&sort=number&limit=100`)
      return data.map(({ number }: Json) => number)
    }
  })
}

async function pdfOf(buyer: Pick<Someone, 'fetch'>, path: string) {
  const answer = await buyer.fetch(path)
  assert.equal(answer.status, 200)
  const pdf = await getDocumentProxy(new Uint8Array(await answer.arrayBuffer()))
  const { text, totalPages } = await extractText(pdf, { mergePages: true })
  return { text, pages: totalPages, type: answer.headers.get('content-type'), rows: await rowsOf(pdf) }
}

/** What stands at the same height of the first page. */
async function rowsOf(pdf: Awaited<ReturnType<typeof getDocumentProxy>>): Promise<readonly (readonly string[])[]> {
  const { items } = await (await pdf.getPage(1)).getTextContent()
  const texts = items.flatMap((item) => ('str' in item && item.str.trim() !== '' ? [item] : []))
  const rows = Map.groupBy(texts, ({ transform }) => Math.round(transform[5]))
  return [...rows.values()].map((row) => row.map(({ str }) => str))
}
