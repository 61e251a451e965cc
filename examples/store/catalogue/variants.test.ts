import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../../../tests/databases.ts'
import shop from '../app.ts'
import { created, done, type Json, type Someone, send } from '../testing/over-http.ts'
import { administrator, newCustomer, newProduct } from '../testing/people-and-goods.ts'

for (const { name, url } of databases) {
  describe(`variants on ${name}`, () => {
    let app: TestApp
    let staff: Someone
    before(async () => {
      app = await createTestApp(shop, { database: await url() })
      staff = administrator(app)
    })
    after(() => app.close())

    test('a new product has a variant, with its price and under its id', async () => {
      const product = await newProduct(staff, { name: 'Harbour Tea', price: 1_250 })
      const { data } = await done(app, 'GET', `/api/products/${product}/variants`)
      assert.deepEqual(
        data.map((variant: Json) => [variant.id, variant.price, variant.title, variant.options]),
        [[product, { amount: 1_250, currency: 'EUR' }, '', []]],
      )
      assert.match(data[0].sku, /^harbour-tea-/)
    })

    test('each variant has one value for each option, and no two are alike', async () => {
      const coffee = await newCoffee()
      await addVariant(coffee, { options: ['1 kg', 'beans'] })
      await addVariant(coffee, { options: ['1 kg', 'ground'] })
      const refused = [
        await tryVariant(coffee, { options: ['1 kg', 'beans'] }),
        await tryVariant(coffee, { options: ['1 kg'] }),
        await tryVariant(coffee, { options: ['1 kg', 'beans', 'red'] }),
        await tryVariant(coffee, { options: ['1 kg', 'ground / beans'] }),
        await tryVariant(coffee, {}),
      ]
      assert.deepEqual(
        refused.map(({ status, body }) => [status, body.code]),
        [
          [409, 'operation_conflict'],
          [400, 'catalogue_variant_options'],
          [400, 'catalogue_variant_options'],
          [400, 'operation_invalid'],
          [400, 'catalogue_variant_options'],
        ],
      )
      assert.deepEqual(await titlesOf(coffee), ['1 kg / beans', '1 kg / ground', '250 g / beans'])
    })

    test('an option is given to all variants at once, and taken only where they differ without it', async () => {
      const coffee = await newCoffee()
      await addVariant(coffee, { options: ['1 kg', 'beans'] })
      assert.equal((await send(staff, 'POST', `/api/products/${coffee}/remove-option`, { option: 'Size' })).status, 409)
      const { options } = await done(staff, 'POST', `/api/products/${coffee}/remove-option`, { option: 'Grind' })
      assert.deepEqual(options, ['Size'])
      assert.deepEqual(await titlesOf(coffee), ['1 kg', '250 g'])
      const again = await send(staff, 'POST', `/api/products/${coffee}/add-option`, { option: 'Size', value: 'L' })
      assert.equal(again.body.code, 'catalogue_option_exists')
      const missing = await send(staff, 'POST', `/api/products/${coffee}/remove-option`, { option: 'Colour' })
      assert.equal(missing.body.code, 'catalogue_option_missing')
      assert.equal((await send(staff, 'PATCH', `/api/products/${coffee}`, { options: ['Shape'] })).status, 403)
    })

    test('the product tells what can be chosen: what its active variants are', async () => {
      const coffee = await newCoffee()
      const kilo = await addVariant(coffee, { options: ['1 kg', 'ground'] })
      assert.deepEqual(await choicesOf(coffee), ['Grind: beans', 'Grind: ground', 'Size: 1 kg', 'Size: 250 g'])
      await done(staff, 'PATCH', `/api/variants/${kilo}`, { status: 'retired' })
      assert.deepEqual(await choicesOf(coffee), ['Grind: beans', 'Size: 250 g'])
      await done(staff, 'PATCH', `/api/variants/${kilo}`, { status: 'active', options: ['2 kg', 'beans'] })
      assert.deepEqual(await choicesOf(coffee), ['Grind: beans', 'Size: 2 kg', 'Size: 250 g'])
    })

    test('a product costs what its cheapest active variant costs', async () => {
      const coffee = await newCoffee(1_000)
      const small = await addVariant(coffee, { options: ['100 g', 'beans'], price: { amount: 450 } })
      assert.equal(await priceOf(coffee), 450)
      await done(staff, 'PATCH', `/api/variants/${small}`, { price: { amount: 600 } })
      assert.equal(await priceOf(coffee), 600)
      await done(staff, 'PATCH', `/api/variants/${small}`, { status: 'retired' })
      assert.equal(await priceOf(coffee), 1_000)
      await done(staff, 'DELETE', `/api/variants/${small}`)
      await done(staff, 'PATCH', `/api/products/${coffee}`, { price: { amount: 1_100 } })
      assert.equal((await done(staff, 'GET', `/api/variants/${coffee}`)).price.amount, 1_100)
    })

    test('where variants have prices of their own, the product is not given another', async () => {
      const coffee = await newCoffee(1_000)
      await addVariant(coffee, { options: ['1 kg', 'beans'], price: { amount: 3_000 } })
      const refused = await send(staff, 'PATCH', `/api/products/${coffee}`, { price: { amount: 500 } })
      assert.deepEqual([refused.status, refused.body.code], [409, 'catalogue_price_of_variants'])
      assert.equal(await priceOf(coffee), 1_000)
    })

    test('prices of twenty variants that change at once leave the product with the lowest', async () => {
      const coffee = await newCoffee(10_000)
      const ids: string[] = []
      for (let index = 0; index < 20; index += 1)
        ids.push(await addVariant(coffee, { options: [`${index} g`, 'beans'], price: { amount: 9_000 + index } }))
      await Promise.all(
        ids.map((id, index) => done(staff, 'PATCH', `/api/variants/${id}`, { price: { amount: 5_000 - 10 * index } })),
      )
      assert.equal(await priceOf(coffee), 4_810)
    })

    test('the last variant stays, also when two are deleted at once', async () => {
      const coffee = await newCoffee()
      const other = await addVariant(coffee, { options: ['1 kg', 'beans'] })
      const answers = await Promise.all([coffee, other].map((id) => send(staff, 'DELETE', `/api/variants/${id}`)))
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [204, 409])
      assert.equal(answers.find(({ status }) => status === 409)!.body.code, 'catalogue_last_variant')
      assert.equal((await titlesOf(coffee)).length, 1)
    })

    test('what a product does not show of a variant does not change the product', async () => {
      const tea = await newProduct(staff, { price: 500 })
      const { version } = await done(app, 'GET', `/api/products/${tea}`)
      await done(staff, 'PATCH', `/api/variants/${tea}`, { costPrice: { amount: 200 }, weightGrams: 120 })
      assert.equal((await done(app, 'GET', `/api/products/${tea}`)).version, version)
    })

    test('a sku and a barcode belong to one variant', async () => {
      const [tea, mug] = [await newProduct(staff, { price: 1 }), await newProduct(staff, { price: 1 })]
      await done(staff, 'PATCH', `/api/variants/${tea}`, { sku: `TEA-${name}`, barcode: '4006381333931' })
      for (const taken of [{ sku: `TEA-${name}` }, { barcode: '4006381333931' }])
        assert.equal((await send(staff, 'PATCH', `/api/variants/${mug}`, taken)).status, 409)
      assert.equal((await send(staff, 'PATCH', `/api/variants/${mug}`, { barcode: '40-06' })).status, 400)
    })

    test('drafts are not there for customers, and cost prices for nobody but staff', async () => {
      const customer = await newCustomer(app, staff)
      const tea = await newProduct(staff, { price: 500 })
      await done(staff, 'PATCH', `/api/variants/${tea}`, { costPrice: { amount: 200 } })
      assert.equal((await done(staff, 'GET', `/api/variants/${tea}`)).costPrice.amount, 200)
      assert.equal((await done(customer, 'GET', `/api/variants/${tea}`)).costPrice, undefined)
      assert.equal((await send(customer, 'GET', '/api/variants?filter[costPrice][gt]=1')).status, 400)
      assert.equal((await send(customer, 'PATCH', `/api/variants/${tea}`, { price: { amount: 1 } })).status, 403)
      await done(staff, 'PATCH', `/api/products/${tea}`, { status: 'draft' })
      assert.equal((await send(customer, 'GET', `/api/variants/${tea}`)).status, 404)
      assert.deepEqual((await done(customer, 'GET', `/api/option-values?filter[product]=${tea}`)).data, [])
      await done(staff, 'PATCH', `/api/products/${tea}`, { status: 'active' })
      await done(staff, 'PATCH', `/api/variants/${tea}`, { status: 'draft' })
      assert.equal((await send(customer, 'GET', `/api/variants/${tea}`)).status, 404)
    })

    test('a product that is deleted takes its variants along', async () => {
      const coffee = await newCoffee()
      assert.equal((await send(staff, 'DELETE', `/api/products/${coffee}`)).status, 204)
      assert.deepEqual(await titlesOf(coffee), [])
    })

    /** Coffee in bags of 250 g, as beans. */
    async function newCoffee(price = 1_000): Promise<string> {
      const product = await newProduct(staff, { price })
      for (const [option, value] of [
        ['Size', '250 g'],
        ['Grind', 'beans'],
      ])
        await done(staff, 'POST', `/api/products/${product}/add-option`, { option, value })
      return product
    }

    let count = 0
    function variantOf(product: string, values: object): object {
      return { product, sku: `${name}-${++count}`, price: { amount: 2_000 }, ...values }
    }
    const addVariant = (product: string, values: object) => created(staff, '/api/variants', variantOf(product, values))
    const tryVariant = (product: string, values: object) =>
      send(staff, 'POST', '/api/variants', variantOf(product, values))
    const priceOf = async (product: string) => (await done(app, 'GET', `/api/products/${product}`)).price.amount

    async function titlesOf(product: string): Promise<readonly string[]> {
      const { data } = await done(staff, 'GET', `/api/variants?filter[product]=${product}&sort=title`)
      return data.map((variant: Json) => variant.title)
    }

    async function choicesOf(product: string): Promise<readonly string[]> {
      const path = `/api/products/${product}/optionValues?sort=option,value`
      return (await done(app, 'GET', path)).data.map((one: Json) => `${one.option}: ${one.value}`)
    }
  })
}
