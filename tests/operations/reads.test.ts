import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  collection,
  date,
  decimal,
  defineApp,
  eq,
  everyone,
  instant,
  integer,
  many,
  manyToMany,
  money,
  number,
  one,
  or,
  reference,
  role,
  text,
} from '../../packages/server/src/index.ts'
import type { AggregateInput, ExpandInput } from '../../packages/server/src/query/query-input.ts'
import { onBothDatabases } from './on-both-databases.ts'
import { record, records, refusal } from './outcomes.ts'

const optional = { optional: true } as const
const visible = { read: ({ row }: { row: any }) => or(eq(row.isHidden, 0), role('chief')) } // any: whatever the collection
const isHidden = integer({ default: 0 })
const makers = collection('makers', {
  fields: { name: text(), isHidden, products: many('products'), card: one('cards') },
  rules: visible,
})
const cards = collection('cards', {
  fields: { maker: reference('makers', { unique: true }), motto: text() },
  rules: { read: everyone() },
})
const products = collection('products', {
  fields: {
    name: text({ search: true }),
    maker: reference('makers', optional),
    price: money(optional),
    cost: money({ currency: 'EUR', optional: true }),
    weight: decimal({ precision: 10, scale: 3, optional: true }),
    rating: number(optional),
    stock: integer({ default: 0 }),
    soldAt: instant(optional),
    madeOn: date(optional),
    count: integer(optional),
    isHidden,
    tags: manyToMany('tags'),
    reviews: many('reviews'),
  },
  rules: visible,
})
const tags = collection('tags', {
  fields: { label: text(), isHidden, products: manyToMany('products', { by: 'tags' }) },
  rules: visible,
})
const reviews = collection('reviews', {
  fields: { product: reference('products'), stars: integer(), isHidden },
  rules: visible,
})
const app = defineApp({ name: 'reads', collections: [makers, cards, products, tags, reviews], roles: { chief: {} } })

onBothDatabases(app, (bench) => {
  const ops = () => bench().operations
  const anyone = () => bench().anyone
  const make = (name: string, values: object) => record(ops().create(bench().system, name, values))
  const aggregate = async (query: AggregateInput, who = anyone()) =>
    JSON.parse((await ops().aggregate(who, 'products', query)).json).data
  let ids: Record<string, string> = {}

  before(async () => {
    const [acme, secret] = [
      await make('makers', { name: 'Acme' }),
      await make('makers', { name: 'Secret', isHidden: 1 }),
    ]
    await make('cards', { maker: acme.id, motto: 'Better' })
    const [hot, cold] = [await make('tags', { label: 'hot' }), await make('tags', { label: 'cold', isHidden: 1 })]
    const eur = (amount: number) => ({ amount, currency: 'EUR' })
    const usd = (amount: number) => ({ amount, currency: 'USD' })
    const pot = await make('products', {
      name: 'tea pot',
      maker: acme.id,
      price: eur(100),
      cost: eur(-5),
      weight: '1.125',
      rating: 0.5,
      stock: 1,
      soldAt: '2026-01-31T23:59:59.999Z',
      madeOn: '2026-01-31',
      count: 7,
      tags: [hot.id, cold.id],
    })
    const cup = await make('products', {
      name: 'tea cup',
      maker: acme.id,
      price: usd(250),
      cost: eur(20),
      weight: '0.001',
      rating: 0.25,
      stock: 2,
      soldAt: '2026-02-01T00:00:00.000Z',
      madeOn: '2025-12-31',
      tags: [hot.id],
    })
    await make('products', { name: 'jar', maker: secret.id, price: eur(50), stock: 2 ** 53 - 1 - 3 })
    await make('products', { name: 'nothing' })
    await make('products', { name: 'tea ghost', maker: acme.id, price: eur(1_000), isHidden: 1, stock: 1_000 })
    for (const stars of [1, 5]) await make('reviews', { product: pot.id, stars })
    await make('reviews', { product: pot.id, stars: 3, isHidden: 1 })
    ids = { acme: acme.id, pot: pot.id, cup: cup.id, hot: hot.id }
  })

  describe('one read is one statement', () => {
    const expand: ExpandInput = {
      maker: { expand: { card: true, products: { limit: 2, sort: '-name', expand: { tags: true } } } },
      tags: { sort: 'label', fields: ['label'] },
      reviews: { sort: '-stars', limit: 1 },
    }
    const statementsOf = async (work: () => unknown) => {
      bench().sent.length = 0
      await work()
      return bench().sent.length
    }

    test('for a record, whatever is expanded', async () => {
      assert.equal(await statementsOf(() => ops().get(anyone(), 'products', ids.pot!)), 1)
      assert.equal(await statementsOf(() => ops().get(anyone(), 'products', ids.pot!, { expand, fields: ['name'] })), 1)
    })

    test('for a list, whatever is expanded, filtered, searched, sorted and counted', async () => {
      const query = {
        expand,
        search: 'tea',
        where: { 'maker.name': 'Acme', tags: { some: { label: 'hot' } } },
        sort: '-maker.name,name',
        count: 'exact',
      } as const
      assert.equal(await statementsOf(() => ops().find(anyone(), 'products', query)), 1)
      assert.equal(
        await statementsOf(() => ops().find(anyone(), 'products', { where: { name: 'none' }, count: 'exact' })),
        1,
      )
      assert.equal(await statementsOf(() => ops().find(anyone(), 'products', { page: 2, limit: 1, count: 'exact' })), 1)
      assert.equal(await statementsOf(() => ops().find(bench().system, 'products', {})), 1)
    })

    test('for what lies behind a relation, and for aggregates', async () => {
      assert.equal(
        await statementsOf(() => ops().related(anyone(), 'makers', ids.acme!, 'products', { count: 'exact' })),
        1,
      )
      assert.equal(
        await statementsOf(() => ops().related(anyone(), 'products', ids.pot!, 'maker', { expand: { card: true } })),
        1,
      )
      assert.equal(
        await statementsOf(() => aggregate({ groupBy: ['maker.name', 'soldAt:month'], sum: ['stock'], search: 'tea' })),
        1,
      )
    })

    test('with the answer that many would give', async () => {
      const { maker, tags, reviews, ...rest } = await record(
        ops().get(anyone(), 'products', ids.pot!, { expand, fields: ['name'] }),
      )
      assert.deepEqual(rest, { id: ids.pot, name: 'tea pot' })
      assert.deepEqual([maker.name, maker.card.motto], ['Acme', 'Better'])
      assert.deepEqual(
        maker.products.map((product: any) => [product.name, product.tags.map(({ label }: any) => label)]),
        [
          ['tea pot', ['hot']],
          ['tea cup', ['hot']],
        ],
      )
      assert.deepEqual(tags, [{ id: ids.hot, label: 'hot' }])
      assert.deepEqual(
        reviews.map(({ stars }: any) => stars),
        [5],
      )
      const jar = (await records(ops().find(anyone(), 'products', { where: { name: 'jar' }, expand })))[0]
      assert.deepEqual([jar.maker, jar.tags, jar.reviews], [null, [], []])
    })
  })

  describe('counting', () => {
    test('counts what the actor may see and the filter lets through', async () => {
      const total = async (query: object, who = anyone()) =>
        JSON.parse((await ops().find(who, 'products', { ...query, limit: 1 })).json).page.total
      assert.equal(await total({ count: 'exact' }), 4)
      assert.equal(await total({ count: 'exact' }, bench().as('c', 'chief')), 5)
      assert.equal(await total({ count: 'exact', search: 'tea' }), 2)
      assert.equal(await total({ count: 'exact', where: { stock: { gt: 1 } } }), 2)
      assert.equal(await total({ count: 'none' }), undefined)
      assert.equal(await total({}), undefined)
      assert.equal(await total({ count: 'estimated' }), 4)
      assert.equal(typeof (await total({ count: 'estimated' }, bench().system)), 'number')
    })
  })

  describe('aggregates', () => {
    test('count, add up and compare, exactly', async () => {
      const all = {
        count: true,
        sum: ['stock', 'weight', 'cost'],
        avg: ['rating', 'cost'],
        min: ['weight', 'name', 'soldAt', 'madeOn'],
        max: ['price'],
      }
      const [row] = await aggregate({ ...all, where: { stock: { lt: 10 } } })
      assert.deepEqual(row, {
        count: 3,
        sum: { stock: 3, weight: '1.126', cost: 15 },
        avg: { rating: 0.375, cost: 7.5 },
        min: { weight: '0.001', name: 'nothing', soldAt: '2026-01-31T23:59:59.999Z', madeOn: '2025-12-31' },
        max: { price: 250 },
      })
      assert.deepEqual(await aggregate({ sum: ['stock'] }), [{ sum: { stock: 2 ** 53 - 1 } }])
    })

    test('of no records are zero and nulls, or no groups', async () => {
      const where = { name: 'none' }
      assert.deepEqual(await aggregate({ where, count: true, sum: ['stock'], avg: ['rating'], max: ['name'] }), [
        { count: 0, sum: { stock: null }, avg: { rating: null }, max: { name: null } },
      ])
      assert.deepEqual(await aggregate({ where, groupBy: ['name'], sum: ['stock'] }), [])
      assert.deepEqual(await aggregate({ where }), [{ count: 0 }])
    })

    test('go by groups: fields, paths behind references and parts of times', async () => {
      assert.deepEqual(await aggregate({ groupBy: ['maker.name'], sort: 'maker.name' }), [
        { 'maker.name': null, count: 2 }, // one without a maker, and one whose maker is hidden
        { 'maker.name': 'Acme', count: 2 },
      ])
      assert.deepEqual(
        await aggregate({
          groupBy: ['soldAt:month', 'madeOn:year'],
          sum: ['stock'],
          where: { soldAt: { null: false } },
        }),
        [
          { 'soldAt:month': '2026-01-01T00:00:00.000Z', 'madeOn:year': '2026-01-01', sum: { stock: 1 } },
          { 'soldAt:month': '2026-02-01T00:00:00.000Z', 'madeOn:year': '2025-01-01', sum: { stock: 2 } },
        ],
      )
      assert.deepEqual(await aggregate({ groupBy: ['soldAt:day'], sort: '-soldAt:day', limit: 1 }), [
        { 'soldAt:day': '2026-02-01T00:00:00.000Z', count: 1 },
      ])
    })

    test('go by what lies behind a relation to many: a record counts once for each record behind that may be read', async () => {
      assert.deepEqual(await aggregate({ groupBy: ['tags.label'], count: true, sum: ['stock'] }), [
        { 'tags.label': 'hot', count: 2, sum: { stock: 3 } },
      ])
      assert.deepEqual(await aggregate({ groupBy: ['tags.label'], where: { stock: 1 } }, bench().system), [
        { 'tags.label': 'cold', count: 1 },
        { 'tags.label': 'hot', count: 1 },
      ])
      assert.deepEqual(await aggregate({ groupBy: ['reviews.stars', 'maker.name'], sort: '-reviews.stars' }), [
        { 'reviews.stars': 5, 'maker.name': 'Acme', count: 1 },
        { 'reviews.stars': 1, 'maker.name': 'Acme', count: 1 },
      ])
      const made = JSON.parse(
        (await ops().aggregate(anyone(), 'makers', { groupBy: ['products.madeOn:year'], count: true })).json,
      )
      assert.deepEqual(made.data, [
        { 'products.madeOn:year': '2025-01-01', count: 1 },
        { 'products.madeOn:year': '2026-01-01', count: 1 },
      ])
    })

    test('find words first, and go by what lies behind the found', async () => {
      assert.deepEqual(await aggregate({ search: 'cup', groupBy: ['tags.label'] }), [{ 'tags.label': 'hot', count: 1 }])
    })

    test('go through one relation to many at a time', async () => {
      assert.equal(
        await refusal(aggregate({ groupBy: ['tags.label', 'reviews.stars'] })),
        'query_invalid groupBy unsuitable_field, groupBy unsuitable_field',
      )
      assert.equal(
        await refusal(aggregate({ groupBy: ['tags.products.name'] })),
        'query_invalid groupBy unsuitable_field',
      )
      assert.equal(await refusal(aggregate({ groupBy: ['tags.nothing'] })), 'query_invalid groupBy unknown_field')
    })

    test('are sorted by groups and results', async () => {
      const groups = async (sort: string) =>
        (await aggregate({ groupBy: ['price.currency'], sum: ['price'], count: true, sort })).map((row: any) => [
          row['price.currency'],
          row.sum.price,
          row.count,
        ])
      const [none, eur, usd] = [
        [null, null, 1],
        ['EUR', 150, 2],
        ['USD', 250, 1],
      ]
      assert.deepEqual(await groups('price.currency'), [none, eur, usd])
      assert.deepEqual(await groups('-sum.price'), [usd, eur, none])
      assert.deepEqual(await groups('-count,-price.currency'), [eur, usd, none])
    })

    test('add money of one currency at a time', async () => {
      assert.equal(await refusal(aggregate({ sum: ['price'] })), 'query_invalid sum unsuitable_field')
      assert.equal(
        await refusal(aggregate({ avg: ['price.amount'], groupBy: ['name'] })),
        'query_invalid avg unsuitable_field',
      )
      assert.deepEqual(
        await aggregate({
          sum: ['price', 'price.amount'],
          groupBy: ['price.currency'],
          where: { price: { currency: 'EUR' } },
        }),
        [{ 'price.currency': 'EUR', sum: { price: 150, 'price.amount': 150 } }],
      )
      assert.deepEqual(await aggregate({ sum: ['cost'] }), [{ sum: { cost: 15 } }])
    })

    test('tell all that cannot be asked at once', async () => {
      assert.equal(
        await refusal(
          aggregate({
            groupBy: ['nothing', 'tags', 'soldAt:week', 'name:year'],
            sum: ['name', 'reviews', 'version'],
            min: ['maker'],
            sort: 'price',
            limit: 0,
          }),
        ),
        'query_invalid groupBy unknown_field, groupBy unsuitable_field, groupBy unsuitable_field, groupBy unsuitable_field, limit range, min unsuitable_field, sort unsuitable_field, sum unsuitable_field, sum unsuitable_field, sum unsuitable_field',
      )
      assert.equal(await refusal(aggregate({ groupBy: ['count'] })), 'query_invalid groupBy unsuitable_field')
      assert.equal(await refusal(aggregate({ groupBy: Array(5).fill('name') })), 'query_invalid groupBy too_many')
      assert.equal(
        await refusal(aggregate({ sum: Array(6).fill('stock'), max: Array(5).fill('stock') })),
        'query_invalid sum too_many',
      )
      assert.equal(
        await refusal(aggregate({ groupBy: [`${'maker.'.repeat(50)}name`, '__proto__', 'constructor.name', ''] })),
        'query_invalid groupBy too_deep, groupBy unknown_field, groupBy unknown_field, groupBy unknown_field',
      )
      assert.equal(await refusal(aggregate({ limit: 1_001 })), 'query_invalid limit range')
    })
  })

  describe('a selection', () => {
    test('of fields always has the id, each field once, and no more than asked', async () => {
      const query = { fields: ['name', 'stock', 'name', 'id'] }
      assert.deepEqual(await record(ops().get(anyone(), 'products', ids.pot!, query)), {
        id: ids.pot,
        name: 'tea pot',
        stock: 1,
      })
      assert.deepEqual(await record(ops().get(anyone(), 'products', ids.pot!, { fields: [] })), { id: ids.pot })
      assert.equal(
        await refusal(
          ops().get(anyone(), 'products', ids.pot!, { fields: ['nothing', 'tags', '__proto__', 'toString'] }),
        ),
        'query_invalid fields unknown_field, fields unknown_field, fields unknown_field, fields unsuitable_field',
      )
    })

    test('with what cannot be expanded is refused', async () => {
      const issues = (expand: ExpandInput) => refusal(ops().find(anyone(), 'products', { expand }))
      assert.equal(
        await issues({ nothing: true, name: true, constructor: true as never }),
        'query_invalid expand unknown_field, expand unknown_field, expand unsuitable_field',
      )
      assert.equal(
        await issues({ tags: { limit: 0, sort: 'nothing', fields: ['none'] } }),
        'query_invalid expand range, expand unknown_field, expand unknown_field',
      )
      const deep = (levels: number): ExpandInput =>
        levels === 0 ? {} : { maker: { expand: { products: { limit: 1, expand: deep(levels - 1) } } } }
      assert.equal(await issues(deep(3)), 'query_invalid expand too_deep')
      assert.equal((await records(ops().find(anyone(), 'products', { expand: deep(2) }))).length, 4)
    })
  })

  describe('a filter', () => {
    test('that asks nothing, or of nothing, is refused', async () => {
      const issues = (where: unknown) => refusal(ops().find(anyone(), 'products', { where: where as never }))
      for (const where of [null, 'x', 7, [], [{ name: 'x' }]])
        assert.equal(await issues(where), 'query_invalid filter type')
      for (const where of [
        { name: {} },
        { maker: {} },
        { tags: {} },
        { price: { currency: {} } },
        { and: [] },
        { or: [{}] },
        { not: {} },
        { and: {} },
      ])
        assert.match(await issues(where), /^query_invalid filter\[\w+\](\[\w+\])? type$/, JSON.stringify(where))
      assert.equal(
        await issues({ __proto: 1, 'maker.nothing': 1, 'name.x': 1, '': 1 }),
        'query_invalid filter[] unknown_field, filter[__proto] unknown_field, filter[maker.nothing][nothing] unknown_field, filter[name.x][x] unknown_operator',
      )
      assert.equal(
        await issues(
          JSON.parse(
            '{"__proto__": {"isAdmin": true}, "constructor": {"name": "x"}, "maker": {"__proto__": {"x": 1}}, "name": {"constructor": 1}}',
          ),
        ),
        'query_invalid filter[__proto__] unknown_field, filter[constructor] unknown_field, filter[maker][__proto__] unknown_field, filter[name][constructor] unknown_operator',
      )
    })

    test('with texts that no database stores is refused', async () => {
      const issues = (where: object) => refusal(ops().find(anyone(), 'products', { where: where as never }))
      for (const text of ['\0', 'a\0b', '\ud800', 'a\udc00'])
        for (const operator of ['eq', 'ne', 'lt', 'contains', 'icontains', 'startsWith', 'endsWith'])
          assert.equal(await issues({ name: { [operator]: text } }), `query_invalid filter[name][${operator}] type`)
      assert.equal(await issues({ name: { in: ['a', '\0'] } }), 'query_invalid filter[name][in] type')
      for (const search of ['\0', '\ud800'])
        assert.equal(await refusal(ops().find(anyone(), 'products', { search })), 'query_invalid search characters')
    })

    test('has bounds: conditions, depth and the length of lists', async () => {
      const issues = (where: object) => refusal(ops().find(anyone(), 'products', { where: where as never }))
      const many = (count: number, part: object) => ({ or: Array.from({ length: count }, () => part) })
      assert.match(await issues(many(51, { stock: 1 })), /too_many/)
      assert.match(await issues(many(51, { tags: { some: true } })), /too_many/)
      assert.equal((await records(ops().find(anyone(), 'products', { where: many(50, { stock: 1 }) }))).length, 1)
      let deep: object = { stock: 1 }
      for (let level = 0; level < 10_000; level += 1) deep = { not: deep }
      assert.match(await issues(deep), /too_deep/)
      assert.match(await issues({ [`${'maker.'.repeat(30)}name`]: 'x' }), /unknown_field|too_deep/)
      const list = Array.from({ length: 501 }, (_, index) => index)
      assert.equal(await issues({ stock: { in: list } }), 'query_invalid filter[stock][in] too_many')
      assert.equal(
        (await records(ops().find(anyone(), 'products', { where: { stock: { in: list.slice(1) } } }))).length,
        2,
      )
    })

    test('of money compares the currency when it is given', async () => {
      const names = async (price: unknown) =>
        (await records(ops().find(anyone(), 'products', { where: { price }, sort: 'name' }))).map(({ name }) => name)
      assert.deepEqual(await names({ gte: 100 }), ['tea cup', 'tea pot'])
      assert.deepEqual(await names({ gte: { amount: 100, currency: 'EUR' } }), ['tea pot'])
      assert.deepEqual(await names({ eq: { amount: 100, currency: 'USD' } }), [])
      assert.deepEqual(await names({ amount: 100, currency: 'EUR' }), ['tea pot'])
      assert.deepEqual(
        await names({
          in: [
            { amount: 100, currency: 'USD' },
            { amount: 250, currency: 'USD' },
          ],
        }),
        ['tea cup'],
      )
      assert.deepEqual(await names({ currency: { in: ['USD'] } }), ['tea cup'])
      assert.equal(await refusal(names({ eq: { amount: 1, tax: 2 } })), 'query_invalid filter[price][eq] type')
      assert.equal(await refusal(names({ eq: { currency: 'EUR' } })), 'query_invalid filter[price][eq] type')
    })
  })
})
