import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../../../tests/databases.ts'
import shop from '../app.ts'
import { created, done, type Json, type Someone, send } from '../testing/over-http.ts'
import { administrator, newCustomer, newProduct } from '../testing/people-and-goods.ts'

/** A PNG of one red pixel. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
)

for (const { name, url } of databases) {
  describe(`pictures on ${name}`, () => {
    let app: TestApp
    let staff: Someone
    before(async () => {
      app = await createTestApp(shop, { database: await url() })
      staff = administrator(app)
    })
    after(() => app.close())

    test('a product has a gallery in its order, each with a text and in sizes', async () => {
      const tea = await newProduct(staff, { price: 1_000 })
      const [front, back] = [await addImage(tea, 'The bag', 2), await addImage(tea, 'The leaves', 1)]
      const path = `/api/products/${tea}?expand=images(sort:position)`
      const altsOf = async () => (await done(app, 'GET', path)).images.map((image: Json) => image.alt)
      assert.deepEqual(await altsOf(), ['The leaves', 'The bag'])
      await done(staff, 'PATCH', `/api/product-images/${front}`, { position: 0 })
      assert.deepEqual(await altsOf(), ['The bag', 'The leaves'])
      const { file } = await done(app, 'GET', `/api/product-images/${back}`)
      const thumb = await app.fetch(`/api/files/${file}/thumb`)
      assert.deepEqual([thumb.status, thumb.headers.get('content-type')], [200, 'image/webp'])
    })

    test('a picture that is taken away takes its file along, and so does its product', async () => {
      const tea = await newProduct(staff, { price: 1_000 })
      const [one, other] = [await addImage(tea, 'One'), await addImage(tea, 'Other')]
      const fileOf = async (image: string) => (await done(staff, 'GET', `/api/product-images/${image}`)).file
      const [first, second] = [await fileOf(one), await fileOf(other)]
      await done(staff, 'DELETE', `/api/product-images/${one}`)
      assert.equal((await send(app, 'GET', `/api/files/${first}`)).status, 404)
      await done(staff, 'DELETE', `/api/products/${tea}`)
      assert.equal((await send(app, 'GET', `/api/files/${second}`)).status, 404)
      assert.equal((await send(app, 'GET', `/api/product-images/${other}`)).status, 404)
    })

    test('pictures of drafts are in no gallery, and only managers hang them', async () => {
      const tea = await newProduct(staff, { price: 1_000 })
      const image = await addImage(tea, 'A secret')
      await done(staff, 'PATCH', `/api/products/${tea}`, { status: 'draft' })
      assert.equal((await send(app, 'GET', `/api/product-images/${image}`)).status, 404)
      const customer = await newCustomer(app, staff)
      assert.equal((await upload(customer)).status, 403)
      const file = (await done(staff, 'GET', `/api/product-images/${image}`)).file
      const stolen = await send(customer, 'POST', '/api/product-images', { product: tea, file, alt: 'Mine' })
      assert.equal(stolen.status, 403)
    })

    test('a picture shows a variant of its own product, and nothing that is no picture is taken', async () => {
      const [tea, mug] = [await newProduct(staff, { price: 1_000 }), await newProduct(staff, { price: 1_000 })]
      const image = await addImage(tea, 'Tea')
      const elsewhere = await send(staff, 'PATCH', `/api/product-images/${image}`, { variant: mug })
      assert.equal(elsewhere.body.code, 'catalogue_variant_elsewhere')
      await done(staff, 'PATCH', `/api/product-images/${image}`, { variant: tea })
      const page = await staff.fetch('/api/files?name=a.png', { method: 'POST', body: Buffer.from('<html>') })
      assert.equal(page.status, 422)
    })

    const upload = (who: Someone) => who.fetch('/api/files?name=tea.png', { method: 'POST', body: picture })

    async function addImage(product: string, alt: string, position = 0): Promise<string> {
      const sent = await upload(staff)
      assert.equal(sent.status, 201)
      const { id: file } = (await sent.json()) as Json
      return created(staff, '/api/product-images', { product, file, alt, position })
    }
  })
}
