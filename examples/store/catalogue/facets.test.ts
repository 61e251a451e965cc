import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../../../tests/databases.ts'
import shop from '../app.ts'
import { created, done, type Json, type Someone, send } from '../testing/over-http.ts'
import { administrator, newCategory, newCustomer, newProduct } from '../testing/people-and-goods.ts'
import { optionsFromText } from './facet-filter.ts'
import { rolledUp } from './facets.ts'

test('a category counts all that is below it', () => {
  const rows = [
    { 'category.path': '/tea/green/', count: 2 },
    { 'category.path': '/tea/black/', count: 3 },
    { 'category.path': '/tea/', count: 1 },
  ]
  assert.deepEqual(Object.fromEntries(rolledUp(rows)), { '/tea/': 6, '/tea/green/': 2, '/tea/black/': 3 })
})

test('chosen options are read, those of one name together', () => {
  assert.deepEqual(
    [...optionsFromText('Size:250 g/Size:1:2/Colour:Moss')],
    [
      ['Size', ['250 g', '1:2']],
      ['Colour', ['Moss']],
    ],
  )
})

for (const { name, url } of databases) {
  describe(`facets on ${name}`, () => {
    let app: TestApp
    let staff: Someone
    before(async () => {
      app = await createTestApp(shop, { database: await url() })
      staff = administrator(app)
      await openShop()
    })
    after(() => app.close())

    test('count what is on sale by category with all below, tag, price and option', async () => {
      assert.deepEqual(await facets(''), {
        total: 4,
        categories: ['/drinks/ 3', '/drinks/coffee/ 2', '/drinks/tea/ 1', '/mugs/ 1'],
        tags: ['organic 2', 'vegan 2'],
        prices: ['0 1', '1000 2', '2500 1', '5000 0', '10000 0'],
        options: ['Colour Fog 1', 'Colour Moss 1', 'Size 1 kg 2', 'Size 250 g 2'],
      })
    })

    test('count within what was searched for and chosen, each facet without its own choice', async () => {
      const found = await facets('?category=/drinks/&tags=organic')
      assert.equal(found.total, 2)
      assert.deepEqual(found.categories, ['/drinks/ 2', '/drinks/coffee/ 1', '/drinks/tea/ 1'])
      assert.deepEqual(found.tags, ['organic 2', 'vegan 2'])
      assert.deepEqual((await facets('?search=mug')).categories, ['/mugs/ 1'])
      assert.deepEqual((await facets('?priceFrom=1000&priceUntil=2500')).prices.slice(0, 3), [
        '0 1',
        '1000 2',
        '2500 1',
      ])
      assert.equal((await facets('?priceFrom=1000&priceUntil=2500')).total, 2)
    })

    test('an option is counted without what is chosen of it, and other options with it', async () => {
      const found = await facets('?options=Size:1 kg/Colour:Moss')
      assert.deepEqual([found.total, found.options], [0, []])
      const small = await facets('?options=Size:1 kg')
      assert.equal(small.total, 2)
      assert.deepEqual(small.options, ['Size 1 kg 2', 'Size 250 g 2'])
      assert.deepEqual(small.categories, ['/drinks/ 2', '/drinks/coffee/ 2'])
    })

    test('say what the list says', async () => {
      const { total, tags } = await facets('?category=/drinks/coffee/&tags=organic,vegan')
      const filter = 'filter[status]=active&filter[category.path][startsWith]=/drinks/coffee/'
      const list = (more: string) => done(app, 'GET', `/api/products?${filter}&${more}&count=exact`)
      assert.equal((await list('filter[tags][some][slug][in]=organic,vegan')).page.total, total)
      for (const tag of tags) {
        const [slug, count] = tag.split(' ')
        assert.equal((await list(`filter[tags][some][slug]=${slug}`)).page.total, Number(count))
      }
    })

    test('tell nobody of drafts, nor of what was retired', async () => {
      const before = await facets('')
      const category = await newCategory(staff, undefined, 'Secrets')
      const draft = await newProduct(staff, { price: 100, category })
      await done(staff, 'PATCH', `/api/products/${draft}`, { status: 'draft' })
      const retired = await newProduct(staff, { price: 100, category })
      await done(staff, 'PATCH', `/api/products/${retired}`, { status: 'retired' })
      assert.deepEqual(await facets(''), before)
    })

    test('refuse what cannot be meant', async () => {
      for (const bad of ['category=coffee', 'priceFrom=-1', 'options=Size', 'color=red', `search=${'a'.repeat(201)}`])
        assert.equal((await send(app, 'GET', `/api/products/facets?${bad}`)).status, 400, bad)
    })

    test('prices are told in the currency and for the quantity asked, to members of a group theirs', async () => {
      const [tea, mug] = [await newProduct(staff, { price: 1_000 }), await newProduct(staff, { price: 2_000 })]
      const group = await created(staff, '/api/customer-groups', { name: 'Cafés' })
      const euro = await created(staff, '/api/price-lists', { name: 'Cafés', currency: 'EUR', customerGroup: group })
      const yen = await created(staff, '/api/price-lists', { name: 'Japan', currency: 'JPY' })
      await created(staff, '/api/prices', { variant: tea, priceList: euro, amount: 800, minQuantity: 10 })
      await created(staff, '/api/prices', { variant: tea, priceList: yen, amount: 1_600 })
      const customer = await newCustomer(app, staff)
      await done(staff, 'PATCH', `/api/customers/${customer.id}`, { group })
      const ask = async (who: Pick<Someone, 'fetch'>, query: string) =>
        (await done(who, 'GET', `/api/variants/prices?variants=${tea},${mug}&${query}`)).data.map(
          (row: Json) => row.price,
        )
      const eur = (amount: number) => ({ amount, currency: 'EUR' })
      assert.deepEqual(await ask(app, 'currency=EUR&quantity=10'), [eur(1_000), eur(2_000)])
      assert.deepEqual(await ask(customer, 'currency=EUR&quantity=10'), [eur(800), eur(2_000)])
      assert.deepEqual(await ask(customer, 'currency=EUR'), [eur(1_000), eur(2_000)])
      assert.deepEqual(await ask(app, 'currency=JPY'), [{ amount: 1_600, currency: 'JPY' }, null])
      await done(staff, 'PATCH', `/api/products/${mug}`, { status: 'retired' })
      assert.deepEqual(await ask(app, 'currency=EUR'), [eur(1_000), null])
    })

    async function openShop(): Promise<void> {
      const drinks = await newCategory(staff, undefined, 'Drinks')
      const [coffee, tea] = [await newCategory(staff, drinks, 'Coffee'), await newCategory(staff, drinks, 'Tea')]
      const mugs = await newCategory(staff, undefined, 'Mugs')
      const [organic, vegan] = [await newTag('Organic'), await newTag('Vegan')]
      const dawn = await newProduct(staff, { name: 'Dawn Watch', price: 1_200, category: coffee })
      const frost = await newProduct(staff, { name: 'First Frost', price: 1_500, category: coffee })
      const bell = await newProduct(staff, { name: 'Iron Bell', price: 900, category: tea })
      const mug = await newProduct(staff, { name: 'Mug', price: 2_500, category: mugs })
      await done(staff, 'PATCH', `/api/products/${dawn}`, { tags: [organic, vegan] })
      await done(staff, 'PATCH', `/api/products/${frost}`, { tags: [vegan] })
      await done(staff, 'PATCH', `/api/products/${bell}`, { tags: [organic] })
      for (const bag of [dawn, frost]) await sizes(bag, 'Size', ['250 g', '1 kg'])
      await sizes(mug, 'Colour', ['Moss', 'Fog'])
    }

    const newTag = (tag: string) => created(staff, '/api/tags', { name: tag })

    async function sizes(product: string, option: string, [first, ...others]: readonly string[]): Promise<void> {
      await done(staff, 'POST', `/api/products/${product}/add-option`, { option, value: first })
      for (const value of others) {
        const sku = `${product.slice(-8)}-${value}`
        await created(staff, '/api/variants', { product, sku, options: [value], price: { amount: 3_000 } })
      }
    }

    async function facets(query: string): Promise<Json> {
      const { total, categories, tags, prices, options } = await done(app, 'GET', `/api/products/facets${query}`)
      return {
        total,
        categories: categories.map((one: Json) => `${one.path} ${one.count}`),
        tags: tags.map((one: Json) => `${one.slug} ${one.count}`),
        prices: prices.map((one: Json) => `${one.from} ${one.count}`),
        options: options.flatMap(({ option, values }: Json) =>
          values.map((one: Json) => `${option} ${one.value} ${one.count}`),
        ),
      }
    }
  })
}
