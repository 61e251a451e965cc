import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expandFromUrl } from './expand-from-url.ts'
import { UrlIssues } from './url-issues.ts'

function read(text: string) {
  const issues = new UrlIssues()
  const expand = expandFromUrl(text, issues)
  return issues.all.length > 0 ? issues.all.map(({ pointer, message }) => `${pointer}: ${message}`) : expand
}

test('relations, separated by commas', () => {
  assert.deepEqual(read('category,reviews'), { category: true, reviews: true })
})

test('relations of relations, behind dots', () => {
  assert.deepEqual(read('reviews.author.company'), {
    reviews: { expand: { author: { expand: { company: true } } } },
  })
})

test('options in brackets, also before a dot', () => {
  assert.deepEqual(read('category,reviews(limit:5,sort:-createdAt,fields:(id,rating)).author(fields:name)'), {
    category: true,
    reviews: {
      limit: 5,
      sort: ['-createdAt'],
      fields: ['id', 'rating'],
      expand: { author: { fields: ['name'] } },
    },
  })
  assert.deepEqual(read('reviews(sort:(-rating,author.name))'), { reviews: { sort: ['-rating', 'author.name'] } })
})

test('paths that begin alike are one', () => {
  assert.deepEqual(read('items.product,items(limit:2).order,items'), {
    items: { limit: 2, expand: { product: true, order: true } },
  })
})

test('what cannot be read says where', () => {
  const cases: Record<string, string> = {
    '': 'At character 1, the end stands where the name of a relation is expected.',
    'a,': 'At character 3, the end stands where the name of a relation is expected.',
    'a b': 'At character 2, " " is not expected.',
    'a(limit:x)': 'At character 9, "x" stands where a number is expected.',
    'a(limit:5': 'At character 10, the end stands where ")" is expected.',
    'a(size:5)': 'There is no option size. Use limit, sort or fields.',
    'a(limit:5,limit:6)': 'limit is given twice.',
    'a(limit:5),a(limit:6)': 'The options of a are given twice.',
    'a(__proto__:1)': 'At character 3, "_" stands where limit, sort or fields is expected.',
    'a()': 'At character 3, ")" stands where limit, sort or fields is expected.',
  }
  for (const [text, message] of Object.entries(cases)) assert.deepEqual(read(text), [`expand: ${message}`], text)
})

test('relations nest to a bound', () => {
  assert.deepEqual(read(Array(17).fill('a').join('.')), ['expand: Relations nest at most 16 deep.'])
})
