import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import fc from 'fast-check'
import { collection, defineApp, everyone, text } from '../../packages/server/src/index.ts'
import type { QueryInput } from '../../packages/server/src/query/query-input.ts'
import { type Bench, onBothDatabases } from './on-both-databases.ts'
import { thing, thingsApp } from './things.ts'

const notes = collection('notes', { fields: { body: text({ search: true }) }, rules: { read: everyone() } })
const app = defineApp({ ...thingsApp, collections: [...thingsApp.collections, notes] })

const groups = [
  { title: null, size: 3 },
  { title: 'a', size: null },
  { title: 'a', size: 3 },
  { title: '😀', size: -1 },
  { title: '\uffee', size: 0 },
]

interface Row {
  readonly [field: string]: unknown
  readonly id: string
}

/** How a field sorts, said once more in plain words; what is behind a reference is looked up in `groups`. */
const oracles: Readonly<Record<string, (row: Row) => string | number | boolean | null>> = {
  label: (row) => row.label as string | null,
  status: (row) => row.status as string | null,
  count: (row) => row.count as number | null,
  ratio: (row) => row.ratio as number | null,
  weight: (row) => (row.weight === null ? null : Number(row.weight)),
  isOn: (row) => row.isOn as boolean | null,
  at: (row) => row.at as string | null,
  day: (row) => row.day as string | null,
  price: (row) => (row.price as { amount: number } | null)?.amount ?? null,
  'price.currency': (row) => (row.price as { currency: string } | null)?.currency ?? null,
  'group.title': (row) => groupOf(row)?.title ?? null,
  'group.size': (row) => groupOf(row)?.size ?? null,
  group: (row) => row.group as string | null,
  createdAt: (row) => row.createdAt as string,
  id: (row) => row.id,
}
let groupIds: string[] = []
const groupOf = (row: Row) => groups[groupIds.indexOf(row.group as string)]

const term = fc
  .tuple(fc.constantFrom(...Object.keys(oracles)), fc.boolean())
  .map(([name, isDown]) => (isDown ? `-${name}` : name))
const sort = fc.array(term, { maxLength: 3 })
const rows = fc.array(fc.tuple(thing, fc.option(fc.nat({ max: groups.length - 1 }))), { maxLength: 14 })
// What is selected must not matter: sort values may be in the JSON, left out of it, or replaced by what is expanded.
const selection = fc.constantFrom<Pick<QueryInput, 'fields' | 'expand'>>(
  {},
  { expand: { group: true } },
  { fields: ['label', 'count'] },
  { fields: ['price'], expand: { group: { fields: ['title'] } } },
)
const filter = fc.constantFrom<QueryInput['where']>(
  undefined,
  { count: { gte: 0 } },
  { label: { ne: 'a' }, price: { ne: null } },
)

onBothDatabases(app, (bench) => {
  before(async () => {
    const made = groups.map((group) => bench().operations.create(bench().system, 'groups', group))
    groupIds = (await Promise.all(made)).map(({ id }) => id)
  })

  test('next leads through all records in their order, each once, and previous back through the same pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        sort,
        filter,
        selection,
        fc.integer({ min: 1, max: 6 }),
        async (given, terms, where, selected, limit) => {
          await storeRows(given, bench())
          const all = await find({ limit: 100 }, bench())
          const kept = await find({ limit: 100, where }, bench())
          const query = { sort: terms, where, limit, ...selected } as const
          const forth = await walk(query, 'next', await page(query, bench()), bench())
          const expected = ordered(
            all.filter(({ id }) => kept.some((row) => row.id === id)),
            terms,
          )
          assert.deepEqual(
            forth.flatMap(({ ids }) => ids),
            expected.map(({ id }) => id),
          )
          const back = await walk(query, 'previous', forth.at(-1)!, bench())
          assert.deepEqual(
            back.toReversed().map(({ ids }) => ids),
            forth.map(({ ids }) => ids),
          )
          assert.equal(forth[0]!.previous, null)
          assert.equal(back.at(-1)!.previous, null)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('numbered pages are the same pages, and one beyond the last is empty but knows the total', async () => {
    await storeRows(
      Array.from({ length: 5 }, (_, count) => [{ count }, null]),
      bench(),
    )
    const query = { sort: 'count', limit: 2, count: 'exact' } as const
    for (const [number, counts] of [[0, 1], [2, 3], [4]].entries()) {
      const answer = await answerOf({ ...query, page: number + 1 }, bench())
      assert.deepEqual(
        answer.data.map((row: Row) => row.count),
        counts,
      )
      assert.equal(answer.page.total, 5)
    }
    const beyond = await answerOf({ ...query, page: 9 }, bench())
    assert.deepEqual(beyond, { data: [], page: { next: null, previous: null, size: 2, total: 5 } })
    assert.deepEqual(await answerOf({ sort: 'count', limit: 2, page: 9 }, bench()), {
      data: [],
      page: { next: null, previous: null, size: 2 },
    })
  })

  test('a search can be walked through by rank, each record once', async () => {
    const words = [
      'tea',
      'green tea',
      'tea tea tea',
      'a pot of tea',
      'coffee',
      'tea '.repeat(50),
      'teapot',
      'tea, green',
    ]
    for (const body of [...words, ...words]) await bench().operations.create(bench().system, 'notes', { body })
    const query = { search: 'tea', limit: 3 }
    const pages = await walk(query, 'next', await page(query, bench(), 'notes'), bench(), 'notes')
    const ids = pages.flatMap((one) => one.ids)
    assert.equal(ids.length, 14)
    assert.equal(new Set(ids).size, 14)
    const back = await walk(query, 'previous', pages.at(-1)!, bench(), 'notes')
    assert.deepEqual(
      back.toReversed().flatMap((one) => one.ids),
      ids,
    )
  })

  test('a search for signs only finds nothing, in lists, counts and aggregates', async () => {
    const { operations, anyone } = bench()
    const empty = { next: null, previous: null, size: 20 }
    for (const search of ['!?', ' ', '', '"*"', '-']) {
      const plain = JSON.parse((await operations.find(anyone, 'notes', { search })).json)
      assert.deepEqual(plain, { data: [], page: empty })
      const counted = JSON.parse((await operations.find(anyone, 'notes', { search, count: 'exact', page: 3 })).json)
      assert.deepEqual(counted, { data: [], page: { ...empty, total: 0 } })
      const total = JSON.parse((await operations.aggregate(anyone, 'notes', { search })).json)
      assert.deepEqual(total, { data: [{ count: 0 }] })
      const grouped = JSON.parse((await operations.aggregate(anyone, 'notes', { search, groupBy: ['body'] })).json)
      assert.deepEqual(grouped, { data: [] })
    }
  })

  test('a cursor of another sort, filter, search or collection is refused', async () => {
    await storeRows(
      Array.from({ length: 3 }, (_, count) => [{ count, label: 'a' }, null]),
      bench(),
    )
    const query: QueryInput = { sort: 'count', where: { label: 'a' }, limit: 1 }
    const { next } = await page(query, bench())
    const after = next!
    assert.equal((await page({ ...query, after, limit: 2, count: 'exact', fields: ['count'] }, bench())).ids.length, 2)
    for (const other of [
      { ...query, sort: '-count' },
      { ...query, sort: 'count,label' },
      { ...query, sort: undefined },
      { ...query, where: { label: 'b' } },
      { ...query, where: undefined },
      { ...query, where: { label: { eq: 'a' } } },
    ]) {
      await assert.rejects(page({ ...other, after }, bench()), { code: 'query_cursor_invalid' }, JSON.stringify(other))
    }
    await assert.rejects(page({ limit: 1, after }, bench(), 'groups'), { code: 'query_cursor_invalid' })
  })

  test('a cursor that was altered is refused', async () => {
    await storeRows(
      Array.from({ length: 3 }, (_, count) => [{ count }, null]),
      bench(),
    )
    const query = { sort: 'count', limit: 1 }
    const after = (await page(query, bench())).next!
    const altered = Array.from(
      after,
      (letter, at) => after.slice(0, at) + (letter === 'A' ? 'B' : 'A') + after.slice(at + 1),
    )
    const garbage = [
      '',
      'A',
      after.slice(1),
      after.slice(0, -1),
      `${after}A`,
      `${after}=`,
      `${after}!`,
      ` ${after}`,
      '\0',
      '😀',
      after + after,
    ]
    for (const cursor of [...altered, ...garbage]) {
      for (const way of ['after', 'before'])
        await assert.rejects(page({ ...query, [way]: cursor }, bench()), { code: 'query_cursor_invalid' }, cursor)
    }
  })

  test('wrong paging is told, all of it at once', async () => {
    const issues = async (query: object) => {
      const error = await page(query, bench()).then(
        () => assert.fail('accepted'),
        (thrown) => thrown,
      )
      return error.issues.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`)
    }
    assert.deepEqual(await issues({ limit: 0, page: 0, sort: 'nothing,-words,,label' }), [
      'sort unknown_field',
      'sort unsuitable_field',
      'sort type',
      'page range',
      'limit range',
    ])
    assert.deepEqual(await issues({ limit: 101, page: 1, after: 'x' }), ['page conflict', 'limit range'])
    assert.deepEqual(await issues({ limit: 1.5, page: 10_001 }), ['page range', 'limit range'])
    assert.deepEqual(await issues({ limit: Number.NaN, sort: 'label,'.repeat(9) }), ['sort too_many', 'limit range'])
    assert.deepEqual(await issues({ sort: `${'group.'.repeat(100)}title` }), ['sort too_deep'])
    assert.deepEqual(await issues({ search: 'a' }), ['search unsuitable_field'])
  })
})

async function storeRows(
  given: readonly (readonly [object, number | null])[],
  { operations, database, system }: Bench,
): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.script('delete from things')
    for (const [values, group] of given)
      await operations.create({ ...system, tx }, 'things', {
        ...values,
        group: group === null ? null : groupIds[group],
      })
  })
}

function ordered(all: readonly Row[], terms: readonly string[]): readonly Row[] {
  const completed = [...terms, terms.at(-1)?.startsWith('-') === true ? '-id' : 'id']
  return all.toSorted((left, right) => {
    for (const one of completed) {
      const oracle = oracles[one.replace('-', '')]!
      const difference = compare(oracle(left), oracle(right))
      if (difference !== 0) return one.startsWith('-') ? -difference : difference
    }
    return 0
  })
}

function compare(left: string | number | boolean | null, right: string | number | boolean | null): number {
  if (left === null || right === null) return Number(left !== null) - Number(right !== null)
  if (typeof left === 'string') return Buffer.compare(Buffer.from(left), Buffer.from(right as string))
  return Number(left) - Number(right)
}

interface Page {
  readonly ids: readonly string[]
  readonly next: string | null
  readonly previous: string | null
}

async function walk(
  query: QueryInput,
  way: 'next' | 'previous',
  from: Page,
  bench: Bench,
  name = 'things',
): Promise<readonly Page[]> {
  const pages = [from]
  for (let cursor = from[way]; cursor !== null; cursor = pages.at(-1)![way]) {
    pages.push(await page({ ...query, [way === 'next' ? 'after' : 'before']: cursor }, bench, name))
    assert.ok(pages.length < 100, 'the walk does not end')
  }
  return pages
}

async function page(query: QueryInput, bench: Bench, name = 'things'): Promise<Page> {
  const { data, page } = await answerOf(query, bench, name)
  return { ids: data.map((row: Row) => row.id), next: page.next, previous: page.previous }
}

async function find(query: QueryInput, bench: Bench): Promise<readonly Row[]> {
  return (await answerOf(query, bench)).data
}

async function answerOf(query: QueryInput, { operations, anyone }: Bench, name = 'things') {
  return JSON.parse((await operations.find(anyone, name, query)).json)
}
