/** What the compiler must accept and refuse in jobs. Nothing here runs: `tsc` is the test. */
import { boolean } from '../fields/boolean.ts'
import { integer } from '../fields/integer.ts'
import { text } from '../fields/text.ts'
import { declareFor } from './action.ts'
import { collection } from './collection.ts'
import { type Jobs, job } from './job.ts'

const books = collection('books', { fields: { title: text(), pages: integer() } })

export const print = job('books.print', {
  input: { book: text(), copies: integer({ default: 1 }), isDraft: boolean({ optional: true }) },
  retry: { attempts: 3, backoff: 'fixed', delay: '10s' },
  timeout: '5m',
  unique: ({ book }) => book,
  async run({ input, transaction, signal, progress }) {
    const facts: readonly [string, number, boolean | null, boolean] = [
      input.book,
      input.copies,
      input.isDraft,
      signal.aborted,
    ]
    await progress(facts[1])
    return transaction(async ({ db, jobs, now }) =>
      jobs.add('books.print', { book: await db.books!.get(facts[0]), now }),
    )
  },
})

export const sweep = declareFor([books]).job('books.sweep', {
  schedule: '0 3 * * *',
  timeZone: 'Europe/Berlin',
  async run({ db, transaction }) {
    const book = await db.books.first()
    const title: string | undefined = book?.title
    await transaction(({ db }) => db.books.create({ title: title ?? '', pages: 1 }))
  },
})

export async function adds(jobs: Jobs): Promise<void> {
  const id: string | undefined = await jobs.add(print, { book: 'a' })
  await jobs.add(print, { book: 'a', copies: 2, isDraft: null }, { runAt: new Date(), key: id ?? '', priority: 0 })
  await jobs.add(sweep, {})
  await jobs.add('by.name', { whatever: true })
  // @ts-expect-error the input lacks what is required
  await jobs.add(print, { copies: 2 })
  // @ts-expect-error a member of another type
  await jobs.add(print, { book: 1 })
  // @ts-expect-error a member that the job does not take
  await jobs.add(print, { book: 'a', pages: 2 })
  // @ts-expect-error an option that there is not
  await jobs.add(print, { book: 'a' }, { delay: '5m' })
}

// @ts-expect-error a time without its unit
export const untimed = job('books.late', { timeout: '5', run() {} })
// @ts-expect-error a way to wait that there is not
export const hasty = job('books.hasty', { retry: { backoff: 'linear' }, run() {} })
