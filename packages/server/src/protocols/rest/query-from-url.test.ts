import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GalleyError } from '../../base/error.ts'
import { createUrlQueryReader } from './query-from-url.ts'

const reader = createUrlQueryReader()
const where = (query: string) => reader.list(query).where

/** Codes and names of the parameters of what is wrong with a query. */
function problems(read: () => unknown): readonly string[] {
  try {
    read()
  } catch (error) {
    assert.ok(error instanceof GalleyError)
    assert.equal(error.code, 'rest_query_malformed')
    return error.issues.map((issue) => `${issue.pointer}: ${issue.code}`)
  }
  return []
}

test('no query asks for nothing in particular', () => {
  assert.deepEqual(reader.list(''), {})
  assert.deepEqual(reader.record(''), {})
  assert.deepEqual(reader.aggregate(''), {})
})

test('every parameter of a list is read', () => {
  assert.deepEqual(
    reader.list('sort=-price,name&limit=5&after=abc&search=green+tea&count=exact&fields=name,price&expand=category'),
    {
      sort: '-price,name',
      limit: 5,
      after: 'abc',
      search: 'green tea',
      count: 'exact',
      fields: ['name', 'price'],
      expand: { category: true },
    },
  )
  assert.deepEqual(reader.list('page=2'), { page: 2 })
})

test('a filter names a field and an operator, eq when there is none', () => {
  assert.deepEqual(reader.list('filter[price][gte]=10&filter[price][lt]=20&filter[status]=paid'), {
    where: { price: { gte: '10', lt: '20' }, status: { eq: 'paid' } },
    hasTextValues: true,
  })
})

test('brackets may be encoded, as browsers do', () => {
  assert.deepEqual(where('filter%5Bprice%5D%5Bgte%5D=10'), { price: { gte: '10' } })
})

test('dots and brackets both go one step deeper', () => {
  const expected = { category: { slug: { eq: 'tea' } } }
  for (const query of ['filter[category.slug][eq]=tea', 'filter[category][slug][eq]=tea', 'filter[category.slug]=tea'])
    assert.deepEqual(where(query), expected)
})

test('and, or and not hold conditions', () => {
  assert.deepEqual(where('filter[or][1][price][lt]=5&filter[or][0][name][contains]=x&filter[not][status]=paid'), {
    or: [{ name: { contains: 'x' } }, { price: { lt: '5' } }],
    not: { status: { eq: 'paid' } },
  })
  assert.deepEqual(where('filter[and][0][or][0][a]=1&filter[and][0][or][1][a]=2'), {
    and: [{ or: [{ a: { eq: '1' } }, { a: { eq: '2' } }] }],
  })
})

test('a relation is asked for some or none, with conditions or as such', () => {
  assert.deepEqual(where('filter[reviews][some][rating][gte]=4'), { reviews: { some: { rating: { gte: '4' } } } })
  assert.deepEqual(where('filter[reviews][none]=true'), { reviews: { none: 'true' } })
})

test('lists are separated by commas, or given one by one', () => {
  assert.deepEqual(where('filter[x][in]=a,b\\,c,\\\\'), { x: { in: ['a', 'b,c', '\\'] } })
  assert.deepEqual(where('filter[x][nin][]=a,b&filter[x][nin][]=c'), { x: { nin: ['a,b', 'c'] } })
  assert.deepEqual(where('filter[x][between]=1,2'), { x: { between: ['1', '2'] } })
  assert.deepEqual(where('filter[x][in]='), { x: { in: [''] } })
})

test('values are text, whatever they look like', () => {
  assert.deepEqual(where('filter[a]=&filter[b]=%26%3D%00&filter[c]=a%20b+c'), {
    a: { eq: '' },
    b: { eq: '&=\0' },
    c: { eq: 'a b c' },
  })
})

test('what follows a group is a field, whatever its name', () => {
  assert.deepEqual(where('filter[or][0][contains]=x&filter[contains]=y'), {
    or: [{ contains: { eq: 'x' } }],
    contains: { eq: 'y' },
  })
})

test('everything that is wrong is told at once, by the name of its parameter', () => {
  assert.deepEqual(
    problems(() => reader.list('limit=x&page=-1&count=many&bogus=1&sort=a&sort=b&filter[a]=%zz&fi%zzlter=1')),
    [
      'filter[a]: encoding',
      'fi%zzlter: encoding',
      'limit: type',
      'page: type',
      'count: type',
      'bogus: unknown_parameter',
      'sort: repeated',
    ],
  )
})

test('a malformed filter is refused, never ignored', () => {
  for (const name of [
    'filter',
    'filter[]',
    'filter[a',
    'filter[a]]',
    'filter[a]b',
    'filter[a][b]c[d]',
    'filter[a..b]',
    'filter[a b]',
    'filter[__proto__][polluted]',
    'filter[or][name]',
    'filter[or]',
    'filter[or][0]',
    'filter[or][01][a]',
    'filter[or][1000][a]',
    'filter[not]',
    'filter[0][a]',
    'filter[a][eq][]',
  ])
    assert.deepEqual(
      problems(() => reader.list(`${name}=1`)),
      [`${name}: malformed`],
      name,
    )
  assert.deepEqual(
    problems(() => reader.list('filters[a]=1')),
    ['filters[a]: unknown_parameter'],
  )
  assert.deepEqual(problems(() => reader.list(`filter${'[a]'.repeat(33)}=1`)).length, 1)
})

test('conditions that contradict each other in shape are refused', () => {
  assert.deepEqual(
    problems(() => reader.list('filter[a][eq]=1&filter[a]=2')),
    ['filter[a]: repeated'],
  )
  assert.deepEqual(
    problems(() => reader.list('filter[r][some]=true&filter[r][some][a]=2')),
    ['filter[r][some][a]: repeated'],
  )
  assert.deepEqual(
    problems(() => reader.list('filter[r][some][a]=2&filter[r][some]=true')),
    ['filter[r][some]: repeated'],
  )
})

test('a record is asked with fields and expand only', () => {
  assert.deepEqual(reader.record('fields=name&expand=category'), { fields: ['name'], expand: { category: true } })
  assert.deepEqual(
    problems(() => reader.record('filter[a]=1&limit=2')),
    ['filter[a]: unknown_parameter', 'limit: unknown_parameter'],
  )
})

test('an aggregate is asked by its own parameters', () => {
  assert.deepEqual(
    reader.aggregate(
      'groupBy=category.name,createdAt:month&count&sum=price,quantity&max=price&sort=-sum.price&limit=10',
    ),
    {
      groupBy: ['category.name', 'createdAt:month'],
      count: true,
      sum: ['price', 'quantity'],
      max: ['price'],
      sort: '-sum.price',
      limit: 10,
    },
  )
  assert.deepEqual(reader.aggregate('count=false&filter[a]=1'), {
    count: false,
    where: { a: { eq: '1' } },
    hasTextValues: true,
  })
  assert.deepEqual(
    problems(() => reader.aggregate('count=yes&fields=a')),
    ['count: type', 'fields: unknown_parameter'],
  )
})

test('what takes no parameters refuses any', () => {
  reader.none('')
  assert.deepEqual(
    problems(() => reader.none('limit=1')),
    ['limit: unknown_parameter'],
  )
})

test('names of objects are no parameters', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
    assert.deepEqual(
      problems(() => reader.list(`${name}=1`)),
      [`${name}: unknown_parameter`],
    )
})

test('equal text gives the same object', () => {
  assert.equal(reader.list('limit=7'), reader.list('limit=7'))
})

test('too many parameters are refused', () => {
  assert.deepEqual(
    problems(() => reader.list('filter[a][eq]=1&'.repeat(201))),
    [': too_many'],
  )
})

test('any text is read or refused with issues, in time linear to its length', () => {
  const piece = fc.constantFrom(
    'filter',
    '[',
    ']',
    'or',
    'not',
    '0',
    'a',
    '.',
    '=',
    '&',
    '%5B',
    '%',
    ',',
    '\\',
    'expand=',
    '(',
    ')',
    ':',
    'limit',
    '+',
    'some',
    'in',
    '[]',
  )
  const query = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(fc.oneof(query, fc.string()), (text) => {
      for (const read of [reader.list, reader.record, reader.aggregate]) problems(() => read(text))
    }),
    { numRuns: 2_000 },
  )
  const startedMs = performance.now()
  for (const text of ['filter[a', '[', '%5B', 'expand=', '((((', 'a.', 'expand=a(fields:(', 'filter[a.', ',', '\\,'])
    problems(() =>
      reader.list(`x=${text.repeat(8_000)}&expand=${text.repeat(8_000)}&filter[a][in]=${text.repeat(8_000)}`),
    )
  assert.ok(performance.now() - startedMs < 2_000)
})
