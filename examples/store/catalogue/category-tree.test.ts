import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../../../tests/databases.ts'
import shop from '../app.ts'
import { done, type Json, type Someone, send } from '../testing/over-http.ts'
import { administrator, newCategory, newCustomer, newProduct } from '../testing/people-and-goods.ts'

for (const { name, url } of databases) {
  describe(`the tree of categories on ${name}`, () => {
    let app: TestApp
    let staff: Someone
    before(async () => {
      app = await createTestApp(shop, { database: await url() })
      staff = administrator(app)
    })
    after(() => app.close())

    test('is told in one request, nested or as a list from the root down', async () => {
      const drinks = await newCategory(staff, undefined, 'Drinks')
      const tea = await newCategory(staff, drinks, 'Tea')
      const coffee = await newCategory(staff, drinks, 'Coffee')
      await newCategory(staff, tea, 'Green')
      await done(staff, 'PATCH', `/api/categories/${coffee}`, { position: 1 })
      const nested = await done(
        app,
        'GET',
        '/api/categories?filter[parent][null]=true&expand=children(sort:(position,name)).children',
      )
      const [root] = nested.data
      assert.deepEqual(
        root.children.map((child: Json) => [child.name, child.children.map((below: Json) => below.name)]),
        [
          ['Tea', ['Green']],
          ['Coffee', []],
        ],
      )
      assert.deepEqual(await pathsBelow('/drinks/'), [
        '/drinks/',
        '/drinks/coffee/',
        '/drinks/tea/',
        '/drinks/tea/green/',
      ])
    })

    test('finds the products of a category with all that is below it', async () => {
      const kitchen = await newCategory(staff, undefined, 'Kitchen')
      const pots = await newCategory(staff, kitchen, 'Pots')
      const lids = await newCategory(staff, pots, 'Lids')
      for (const [index, category] of [kitchen, pots, lids].entries())
        await newProduct(staff, { name: `Thing ${index}`, price: 100, category })
      const below = async (path: string) => {
        const answer = await done(app, 'GET', `/api/products?filter[category.path][startsWith]=${path}&sort=name`)
        return answer.data.map((product: Json) => product.name)
      }
      assert.deepEqual(await below('/kitchen/'), ['Thing 0', 'Thing 1', 'Thing 2'])
      assert.deepEqual(await below('/kitchen/pots/'), ['Thing 1', 'Thing 2'])
      assert.deepEqual(await below('/kitchen/pot'), ['Thing 1', 'Thing 2'])
    })

    test('moves with all that is below, and by a new slug as well', async () => {
      const [garden, house] = [
        await newCategory(staff, undefined, 'Garden'),
        await newCategory(staff, undefined, 'House'),
      ]
      const plants = await newCategory(staff, garden, 'Plants')
      const roses = await newCategory(staff, plants, 'Roses')
      await newCategory(staff, roses, 'Tea Roses')
      await done(staff, 'POST', '/api/categories/move', { category: plants, parent: house })
      assert.deepEqual(await pathsBelow('/garden/'), ['/garden/'])
      await done(staff, 'POST', '/api/categories/change-slug', { category: plants, slug: 'green-plants' })
      assert.deepEqual(await pathsBelow('/house/'), [
        '/house/',
        '/house/green-plants/',
        '/house/green-plants/roses/',
        '/house/green-plants/roses/tea-roses/',
      ])
      await done(staff, 'POST', '/api/categories/move', { category: plants, parent: null })
      assert.equal((await pathsBelow('/green-plants/')).length, 3)
    })

    test('has no circle: nothing is put below itself, also when two move at once', async () => {
      const [one, two] = [await newCategory(staff, undefined, 'One'), await newCategory(staff, undefined, 'Two')]
      const [below, other] = [await newCategory(staff, one), await newCategory(staff, two)]
      const own = await send(staff, 'POST', '/api/categories/move', { category: one, parent: below })
      assert.deepEqual([own.status, own.body.code], [409, 'catalogue_category_circle'])
      assert.equal((await send(staff, 'POST', '/api/categories/move', { category: one, parent: one })).status, 409)
      const answers = await Promise.all([
        send(staff, 'POST', '/api/categories/move', { category: one, parent: other }),
        send(staff, 'POST', '/api/categories/move', { category: two, parent: below }),
      ])
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409], JSON.stringify(answers))
      await assertPathsFollowParents()
    })

    test('keeps its paths while it is moved and grown by many at once', async () => {
      const roots = await Promise.all([1, 2, 3, 4].map((index) => newCategory(staff, undefined, `Root ${index}`)))
      const middles = await Promise.all(roots.map((root) => newCategory(staff, root)))
      await Promise.all([
        ...middles.map((middle, index) =>
          done(staff, 'POST', '/api/categories/move', { category: middle, parent: roots[(index + 1) % 4] }),
        ),
        ...middles.map((middle) => newCategory(staff, middle)),
        ...roots.map((root, index) =>
          done(staff, 'POST', '/api/categories/change-slug', { category: root, slug: `root-${index}-new` }),
        ),
      ])
      await assertPathsFollowParents()
    })

    test('is at most eight deep, whatever is moved', async () => {
      const chain = async (length: number) => {
        const ids = [await newCategory(staff)]
        while (ids.length < length) ids.push(await newCategory(staff, ids.at(-1)))
        return ids
      }
      const deep = await chain(8)
      const deeper = await send(staff, 'POST', '/api/categories', { name: 'Deeper', parent: deep.at(-1) })
      assert.deepEqual([deeper.status, deeper.body.code], [409, 'catalogue_category_depth'])
      const short = await chain(2)
      const moved = await send(staff, 'POST', '/api/categories/move', { category: short[0], parent: deep[6] })
      assert.deepEqual([moved.status, moved.body.code], [409, 'catalogue_category_depth'])
      assert.equal((await send(staff, 'PATCH', `/api/categories/${deep[0]}`, { path: '/' })).status, 403)
      await assertPathsFollowParents()
    })

    test('is changed by its actions alone, and by managers alone', async () => {
      const [one, two] = [await newCategory(staff), await newCategory(staff)]
      for (const change of [{ parent: two }, { slug: 'another' }]) {
        const { status, body } = await send(staff, 'PATCH', `/api/categories/${one}`, change)
        assert.deepEqual([status, body.code], [409, 'catalogue_category_place'])
      }
      const { slug } = await done(staff, 'PATCH', `/api/categories/${one}`, { name: 'Another name' })
      assert.equal((await send(staff, 'PUT', `/api/categories/${one}`, { name: 'A', slug, parent: two })).status, 409)
      assert.equal((await send(staff, 'PUT', `/api/categories/${one}`, { name: 'A', slug: 'another' })).status, 409)
      assert.equal((await done(staff, 'PUT', `/api/categories/${one}`, { name: 'A', slug })).path, `/${slug}/`)
      const customer = await newCustomer(app, staff)
      assert.equal((await send(customer, 'POST', '/api/categories/move', { category: one, parent: two })).status, 403)
    })

    test('keeps a category that something stands on', async () => {
      const above = await newCategory(staff)
      const shelf = await newCategory(staff, above)
      await newProduct(staff, { price: 100, category: shelf })
      for (const id of [above, shelf]) assert.equal((await send(staff, 'DELETE', `/api/categories/${id}`)).status, 409)
    })

    async function pathsBelow(path: string): Promise<readonly string[]> {
      const { data } = await done(app, 'GET', `/api/categories?filter[path][startsWith]=${path}&sort=path&limit=100`)
      return data.map((category: Json) => category.path)
    }

    async function assertPathsFollowParents(): Promise<void> {
      const { data } = await done(app, 'GET', '/api/categories?limit=100')
      const byId = new Map<string, Json>(data.map((category: Json) => [category.id, category]))
      for (const { path, slug, parent } of data)
        assert.equal(path, `${parent === null ? '/' : byId.get(parent).path}${slug}/`)
    }
  })
}
