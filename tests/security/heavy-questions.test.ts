import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { collection, defineApp, everyone, manyToMany, text } from 'galley'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../databases.ts'

const tags = collection('tags', {
  fields: { name: text(), products: manyToMany('products', { by: 'tags' }) },
  rules: { read: everyone() },
})
const products = collection('products', {
  fields: { name: text(), tags: manyToMany('tags') },
  rules: { read: everyone() },
})
const shop = defineApp({ name: 'Shop', collections: [tags, products] })

/** Each of 200 products has 5 of 10 tags, so a step from tag to product and back multiplies the rows by 500. */
async function fill(app: TestApp): Promise<void> {
  const names = Array.from({ length: 10 }, (_, index) => `t${index}`)
  const made = await Promise.all(names.map((name) => app.system.tags!.create({ name })))
  for (let index = 0; index < 200; index += 1) {
    const chosen = [0, 1, 2, 3, 4].map((step) => made[(index + step) % 10]!.id)
    await app.system.products!.create({ name: `p${index}`, tags: chosen })
  }
}

for (const { name, url } of databases) {
  describe(`questions of anybody that could take long on ${name}`, () => {
    let app: TestApp
    before(async () => {
      app = await createTestApp(shop, { database: await url() } as object)
      await fill(app)
    })
    after(() => app.close())

    test('a filter through many to-many relations takes time that is added, not multiplied', async () => {
      const filter = 'filter[products][some][tags][some][products][some][tags][some][products][some][tags][some][name]'
      const startedAt = performance.now()
      const answer = await app.fetch(`/api/tags?${filter}=none`)
      assert.deepEqual(((await answer.json()) as { data: unknown[] }).data, [])
      assert.ok(performance.now() - startedAt < 1_000, `${performance.now() - startedAt} ms`)
    })

    test('such a filter finds what it should', async () => {
      const total = async (query: string) => {
        const answer = await app.fetch(`/api/products?count=exact&filter[tags][some][products]${query}`)
        return ((await answer.json()) as { page: { total: number } }).page.total
      }
      assert.equal(await total('[some][name]=p0'), 180) // all but those that begin at t5 share a tag with p0
      assert.equal(await total('[some][name]=nothing'), 0)
      assert.equal(await total('[none][name]=p0'), 180) // those with the tags of p0 and no other are not among them
      assert.equal(await total('[none][name]=nothing'), 200)
    })

    for (const path of [
      '/api/tags?limit=100&expand=products(limit:100).tags(limit:100)',
      '/api/tags?expand=products.tags.products.tags',
      '/api/products?limit=100&expand=tags(limit:100).products(limit:3)',
      '/api/tags/0195b3c4-9f00-7000-8000-0000000000aa?expand=products(limit:100).tags(limit:100).products(limit:2)',
      '/api/tags/0195b3c4-9f00-7000-8000-0000000000aa/products?limit=100&expand=tags(limit:100).products(limit:100)',
    ]) {
      test(`expand that could bring millions of records is refused: ${path}`, async () => {
        const answer = await app.fetch(path)
        const body = (await answer.json()) as { errors: { pointer: string; code: string }[] }
        assert.equal(answer.status, 400)
        assert.deepEqual([body.errors[0]?.pointer, body.errors[0]?.code], ['expand', 'too_many'])
      })
    }

    test('expand of a hundred records each with a hundred is answered', async () => {
      const answer = await app.fetch('/api/tags?limit=100&expand=products(limit:100)')
      const { data } = (await answer.json()) as { data: { products: unknown[] }[] }
      assert.equal(data[0]?.products.length, 100)
    })
  })
}
