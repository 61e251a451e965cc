/** What the compiler must accept and refuse in actions and hooks. Nothing here runs: `tsc` is the test. */
import { integer } from '../fields/integer.ts'
import { text } from '../fields/text.ts'
import { declareFor } from './action.ts'
import { collection } from './collection.ts'
import { eq } from './rule.ts'

const books = collection('books', { fields: { title: text(), pages: integer() } })
const { action, hook } = declareFor([books])

export const accepted = [
  action('books', 'rename', {
    input: { title: text() },
    output: 'books',
    allow: ({ row, actor }) => eq(row.title, actor.id),
    run: ({ record, input, db }) => db.books.update(record.id, { title: input.title }),
  }),
  action('books', 'count', {
    on: 'collection',
    output: { count: integer() },
    allow: ({ actor }) => actor.hasRole('reader'),
    run: async ({ db }) => ({ count: await db.books.count() }),
  }),
  hook('books', 'beforeCreate', ({ values }) => ({ title: values.title?.trim() ?? '' })),
]

export const refused = [
  // @ts-expect-error an action of the whole collection has no row
  action('books', 'sweep', { on: 'collection', allow: ({ row }) => eq(row.title, 'old'), run() {} }),
  // @ts-expect-error nor has it a record
  action('books', 'sweep', { on: 'collection', run: ({ record }) => record.title }),
  // @ts-expect-error a collection that is not declared
  action('films', 'rename', { run() {} }),
  // @ts-expect-error a field that the collection has not
  hook('books', 'beforeCreate', () => ({ titel: 'Dune' })),
]
