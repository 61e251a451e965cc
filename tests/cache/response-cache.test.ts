import assert from 'node:assert/strict'
import { describe, mock, test } from 'node:test'
import { databaseErrors } from '../../packages/server/src/ports/errors.ts'
import type { QueryInput } from '../../packages/server/src/query/query-input.ts'
import { record, records, refusal } from '../operations/outcomes.ts'
import { gate } from './held-database.ts'
import { asking, onBothLibraries } from './open-library.ts'

const ada = asking('ada')
const bob = asking('bob')
const staff = asking('sue', 'staff')
const nobody = asking(null)
const nowhere = '018f0000-0000-7000-8000-00000000dead'
const all: QueryInput = Object.freeze({ limit: 100 })
const countAll = Object.freeze({ count: true })
const whole = Object.freeze({})
let labels = 0

onBothLibraries((library) => {
  const ops = () => library().operations
  const make = (collection: string, values: object, who = ada) => record(ops().create(who, collection, values))
  const tag = () => {
    labels += 1
    return make('tags', { label: `label ${labels}` })
  }
  const shelf = (values: object = {}) => make('shelves', { name: 'S', ...values })
  const book = async (values: object = {}) => make('books', { title: 'B', shelf: (await shelf()).id, ...values })
  /** How many statements `work` sends outside of transactions. */
  const readsOf = async (work: () => Promise<unknown>) => {
    const before = library().database.reads
    await work()
    return library().database.reads - before
  }
  const list = async (collection: string, who = nobody, query = all) => ops().find(who, collection, query)
  const get = async (collection: string, id: string, who = nobody) => ops().get(who, collection, id, whole)
  const isKept = async (read: () => Promise<{ readonly isKept?: boolean }>) => (await read()).isKept === true
  /** Whether `change` drops the answer of `read`, which is read before so that it is kept. */
  const drops = async (read: () => Promise<{ readonly isKept?: boolean }>, change: () => Promise<unknown>) => {
    await read()
    assert.equal(await isKept(read), true, 'was kept at all')
    await change()
    return !(await isKept(read))
  }

  describe('what is kept', () => {
    test('the second of two equal reads sends nothing and gives the same object', async () => {
      await tag()
      const first = await list('tags')
      const second = await list('tags')
      assert.equal(await readsOf(() => list('tags')), 0)
      assert.equal(first.isKept, false)
      assert.equal(second.isKept, true)
      assert.equal(second.json, first.json)
      assert.equal(await list('tags'), second)
    })

    test('records, relations and aggregates are kept too', async () => {
      const { id, shelf: shelfId } = await book()
      const reads = [
        () => get('books', id),
        () => ops().related(nobody, 'shelves', shelfId, 'books', all),
        () => ops().related(nobody, 'books', id, 'shelf', all),
        () => ops().aggregate(nobody, 'books', countAll),
      ]
      for (const read of reads) {
        const first = await read()
        assert.equal(first.isKept, false)
        assert.equal(await readsOf(read), 0)
        assert.equal((await read()).json, first.json)
      }
    })

    test('a collection that does not ask for it keeps nothing', async () => {
      await list('pens')
      assert.equal((await list('pens')).isKept, undefined)
      assert.equal(await readsOf(() => list('pens')), 1)
    })

    test('what depends on the time is not kept', async () => {
      await list('offers')
      assert.equal(await readsOf(() => list('offers')), 1)
      const { id } = await make('offers', { name: 'O', from: '2020-01-01T00:00:00.000Z' })
      const read = () => ops().related(nobody, 'offers', id, 'nothing', all)
      await assert.rejects(read)
      assert.equal((await ops().find(staff, 'offers', all)).isKept, undefined)
    })

    test('a failure is not kept', async () => {
      assert.equal(await refusal(get('tags', nowhere)), 'operation_not_found')
      const reads = await readsOf(async () => assert.equal(await refusal(get('tags', nowhere)), 'operation_not_found'))
      assert.equal(reads, 1)
    })

    test('an answer is kept no longer than its time, whatever the clock on the wall says', async (t) => {
      await list('tags')
      const start = performance.now()
      mock.timers.enable({ apis: ['Date'] })
      t.after(() => mock.timers.reset())
      mock.timers.setTime(Date.now() + 10 * 3_600_000)
      assert.equal(await isKept(() => list('tags')), true)
      const clock = t.mock.method(performance, 'now', () => start + 3_599_000)
      assert.equal(await isKept(() => list('tags')), true)
      clock.mock.mockImplementation(() => start + 3_601_000)
      assert.equal(await isKept(() => list('tags')), false)
    })

    test('a transaction reads what it has written itself', async () => {
      const { id, label } = await tag()
      await get('tags', id, ada)
      const answer = await ops().act(ada, 'tags', 'rename', id, { label: `${label}!` })
      assert.equal(answer.kind === 'text' && JSON.parse(answer.json).read, `${label}!`)
    })

    test('what a batch or a dry run reads is its own, and is given to nobody else', async () => {
      const { id, label } = await tag()
      await get('tags', id, ada)
      const update = { operation: 'update', collection: 'tags', id, data: { label: `${label}!` } }
      const steps = { operations: [update, { operation: 'get', collection: 'tags', id }] }
      const dry = await ops().rehearse(ada, (joined) => ops().batch(joined, steps))
      assert.equal(JSON.parse(dry.json).results[1].label, `${label}!`)
      assert.equal((await record(get('tags', id, ada))).label, label)
      assert.equal(JSON.parse((await ops().batch(ada, steps)).json).results[1].label, `${label}!`)
    })
  })

  describe('who shares', () => {
    test('whoever has the same rights', async () => {
      const sam = asking('sam', 'staff')
      await shelf()
      await make('notes', { book: (await book()).id, words: 'W' })
      await tag()
      for (const [collection, one, other] of [
        ['shelves', nobody, ada],
        ['shelves', staff, sam],
        ['notes', staff, sam],
        ['tags', ada, staff],
      ] as const) {
        assert.equal(await isKept(() => list(collection, one)), false)
        assert.equal(await isKept(() => list(collection, other)), true)
      }
    })

    test('nobody with other rights', async () => {
      const hidden = await shelf({ isSecret: true })
      const { id } = await make('books', { shelf: hidden.id, title: 'hidden' }, staff)
      assert.match((await list('books', staff)).json, /hidden/)
      assert.doesNotMatch((await list('books', nobody)).json, /hidden/)
      assert.doesNotMatch((await list('books', ada)).json, /hidden/)
      await get('books', id, staff)
      assert.equal(await refusal(get('books', id)), 'operation_not_found')
      await make('notes', { book: (await book()).id, words: 'of ada' }, ada)
      assert.match((await list('notes', ada)).json, /of ada/)
      assert.doesNotMatch((await list('notes', bob)).json, /of ada/)
    })

    test('nobody who asks in other words, where the words are part of the answer', async () => {
      for (let count = 0; count < 3; count += 1) await tag()
      const spellings = [{ label: { startsWith: 'label' } }, { and: [{ label: { startsWith: 'label' } }] }]
      for (const where of spellings) {
        const query = Object.freeze({ where, limit: 1, sort: 'label' }) as QueryInput
        const { page } = JSON.parse((await list('tags', nobody, query)).json)
        const next = Object.freeze({ ...query, after: page.next }) as QueryInput
        assert.equal((await records(list('tags', nobody, next))).length, 1)
      }
      const { id } = await tag()
      assert.equal((await get('tags', id)).isPlain, true)
      const fields = ['id', 'createdAt', 'updatedAt', 'version', 'label']
      assert.equal((await ops().get(nobody, 'tags', id, Object.freeze({ fields }))).isPlain, false)
    })

    test('a field for some eyes only is not in the answer of others', async () => {
      const { id } = await make('books', { title: 'H', hint: 'psst', shelf: (await shelf()).id })
      assert.equal((await record(get('books', id, ada))).hint, 'psst')
      assert.equal((await record(get('books', id, bob))).hint, undefined)
      assert.equal((await record(get('books', id))).hint, undefined)
    })
  })

  describe('what a commit drops', () => {
    test('the row it changed, and no other row', async () => {
      const [one, other] = [await tag(), await tag()]
      const change = () => ops().update(ada, 'tags', one.id, { label: `${one.label} b` })
      assert.equal(await drops(() => get('tags', other.id), change), false)
      assert.equal(await drops(() => get('tags', one.id), change), true)
      assert.equal((await record(get('tags', one.id))).label, `${one.label} b`)
    })

    test('lists of the collection, and of no other', async () => {
      await shelf()
      assert.equal(await drops(() => list('tags'), tag), true)
      assert.equal(await drops(() => list('shelves'), tag), false)
    })

    const changes: Record<string, (id: string, label: string) => Promise<unknown>> = {
      update: (id, label) => ops().update(ada, 'tags', id, { label: `${label} u` }),
      replace: (id, label) => ops().replace(ada, 'tags', id, { label: `${label} r` }),
      delete: (id) => ops().delete(ada, 'tags', id),
      action: (id, label) => ops().act(ada, 'tags', 'rename', id, { label: `${label} a` }),
      batch: (id, label) =>
        ops().batch(ada, {
          operations: [{ operation: 'update', collection: 'tags', id, data: { label: `${label} b` } }],
        }),
      once: (id, label) =>
        ops().once(ada, { key: id, fingerprint: '' }, async (context) => {
          await ops().update(context, 'tags', id, { label: `${label} o` })
          return { status: 200, headers: {}, body: '' }
        }),
      'savepoint inside of a transaction': (id, label) =>
        library().runtime.database.transaction(async (tx) => {
          await tx.savepoint(() => ops().update({ ...ada, tx }, 'tags', id, { label: `${label} s` }))
        }),
    }
    for (const [name, change] of Object.entries(changes)) {
      test(`a change by ${name}`, async () => {
        const { id, label } = await tag()
        assert.equal(
          await drops(
            () => list('tags'),
            () => change(id, label),
          ),
          true,
        )
      })
    }

    test('what a hook changes besides', async () => {
      const { id } = await shelf()
      const change = () => make('books', { title: 'moves its shelf', shelf: id })
      assert.equal(await drops(() => get('shelves', id), change), true)
      assert.equal((await record(get('shelves', id))).name, 'moved')
    })

    test('what the database deletes along, at any depth, and what it sets to null', async () => {
      const { id: shelfId } = await shelf()
      const { id: bookId } = await make('books', { title: 'B', shelf: shelfId })
      const { id: noteId } = await make('notes', { book: bookId, words: 'W' })
      const upper = await shelf()
      const lower = await shelf({ above: upper.id })
      assert.equal(
        await drops(
          () => get('shelves', lower.id),
          () => ops().delete(ada, 'shelves', upper.id),
        ),
        true,
      )
      assert.equal((await record(get('shelves', lower.id))).above, null)
      await get('books', bookId)
      const note = () => get('notes', noteId, ada)
      await note()
      await ops().delete(ada, 'shelves', shelfId)
      assert.equal(await refusal(get('books', bookId)), 'operation_not_found')
      assert.equal(await refusal(note()), 'operation_not_found')
      assert.doesNotMatch((await list('notes', ada)).json, new RegExp(noteId))
    })

    test('answers that filter, expand or are ruled through another collection', async () => {
      const { id: shelfId } = await shelf()
      const { id } = await make('books', { title: 'B', shelf: shelfId })
      const filtered = Object.freeze({ where: { shelf: { name: 'N' } } }) as QueryInput
      const expanded = Object.freeze({ expand: { shelf: true } }) as QueryInput
      const rename = (name: string) => () => ops().update(ada, 'shelves', shelfId, { name })
      assert.equal(await drops(() => list('books', nobody, filtered), rename('N')), true)
      assert.match((await list('books', nobody, filtered)).json, new RegExp(id))
      assert.equal(await drops(() => list('books', nobody, expanded), rename('M')), true)
      await get('books', id)
      await ops().update(ada, 'shelves', shelfId, { isSecret: true })
      assert.equal(await refusal(get('books', id)), 'operation_not_found')
    })

    test('links, from whichever side they are looked at', async () => {
      const [{ id }, one] = [await book(), await tag()]
      const tagged = () => list('books', nobody, Object.freeze({ expand: { tags: true }, where: { id } }) as QueryInput)
      const ofTag = () => ops().related(nobody, 'tags', one.id, 'books', all)
      const setTags = (tags: readonly string[]) => () => ops().update(ada, 'books', id, { tags })
      assert.equal(await drops(ofTag, setTags([one.id])), true)
      assert.equal((await records(ofTag() as never)).length, 1)
      assert.equal(await drops(tagged, setTags([])), true)
      await setTags([one.id])()
      assert.equal(await drops(tagged, () => ops().delete(ada, 'tags', one.id)), true)
      assert.deepEqual((await records(tagged()))[0].tags, [])
      const made = () => ops().createRelated(ada, 'books', id, 'tags', { label: `r ${id.slice(-12)}` })
      assert.equal(await drops(tagged, made), true)
    })

    test('nothing, when it is undone', async () => {
      const { id, label } = await tag()
      const read = () => get('tags', id)
      const change = { label: `${label} c` }
      assert.equal(
        await drops(read, () => ops().rehearse(ada, (context) => ops().update(context, 'tags', id, change))),
        false,
      )
      const failing = () =>
        ops().batch(ada, {
          operations: [
            { operation: 'update', collection: 'tags', id, data: change },
            { operation: 'delete', collection: 'tags', id: nowhere },
          ],
        })
      assert.equal(await drops(read, () => refusal(failing())), false)
      assert.equal((await record(read())).label, label)
    })
  })

  describe('at the same time', () => {
    test('equal reads that come together send one statement', async () => {
      await tag()
      const reads = await readsOf(async () => {
        const answers = await Promise.all(Array.from({ length: 20 }, () => list('tags')))
        assert.equal(new Set(answers.map(({ json }) => json)).size, 1)
      })
      assert.equal(reads, 1)
    })

    test('all who wait for one read hear of its failure, and the next tries again', async () => {
      await tag()
      library().database.afterRead = () => {
        throw databaseErrors.unavailable()
      }
      const answers = await Promise.all([refusal(list('tags')), refusal(list('tags'))])
      assert.deepEqual(answers, ['database_unavailable', 'database_unavailable'])
      library().database.afterRead = undefined
      assert.equal((await list('tags')).isKept, false)
    })

    test('a read that began before a commit and ended after it is not kept', async () => {
      const { id, label } = await tag()
      const [hasRead, goOn] = [gate(), gate()]
      library().database.afterRead = () => {
        hasRead.open()
        return goOn.opened
      }
      const early = get('tags', id)
      await hasRead.opened
      library().database.afterRead = undefined
      await ops().update(ada, 'tags', id, { label: `${label} new` })
      goOn.open()
      assert.equal((await record(early)).label, label)
      assert.equal((await record(get('tags', id))).label, `${label} new`)
    })

    test('who comes after an acknowledged commit does not join a read from before it', async () => {
      const { id, label } = await tag()
      const [hasRead, goOn] = [gate(), gate()]
      library().database.afterRead = () => {
        hasRead.open()
        return goOn.opened
      }
      const early = get('tags', id)
      await hasRead.opened
      library().database.afterRead = undefined
      await ops().update(ada, 'tags', id, { label: `${label} new` })
      const late = record(get('tags', id))
      const after = await late
      goOn.open()
      await early
      assert.equal(after.label, `${label} new`)
      assert.equal((await record(get('tags', id))).label, `${label} new`)
    })

    test('nothing old comes from memory once somebody could have seen the commit', async () => {
      const { id, label } = await tag()
      const [committed, heard] = [gate(), gate()]
      await get('tags', id)
      library().database.afterCommit = () => {
        committed.open()
        return heard.opened
      }
      const change = ops().update(ada, 'tags', id, { label: `${label} new` })
      await committed.opened
      const between = await record(get('tags', id))
      assert.equal(between.label, `${label} new`)
      assert.equal(await isKept(() => get('tags', id)), false)
      heard.open()
      await change
      await get('tags', id)
      assert.equal(await isKept(() => get('tags', id)), true)
    })

    test('what is read between the end of the work and its commit is not kept', async () => {
      const { id, label } = await tag()
      const [worked, goOn] = [gate(), gate()]
      library().database.beforeCommit = () => {
        worked.open()
        return goOn.opened
      }
      const change = ops().update(ada, 'tags', id, { label: `${label} new` })
      await worked.opened
      assert.equal((await record(get('tags', id))).label, label)
      goOn.open()
      await change
      assert.equal((await record(get('tags', id))).label, `${label} new`)
    })

    test('a commit of which nobody knows how it ended drops what it touched', async () => {
      const { id, label } = await tag()
      await get('tags', id)
      library().database.afterCommit = () => {
        throw databaseErrors.unavailable()
      }
      assert.equal(await refusal(ops().update(ada, 'tags', id, { label: `${label} new` })), 'database_unavailable')
      assert.equal((await record(get('tags', id))).label, `${label} new`)
    })

    test('a change through a transaction that nobody follows ends the keeping', async () => {
      const { id } = await make('offers', { name: 'O', from: '2020-01-01T00:00:00.000Z' })
      const first = await make('notes', { book: (await book()).id, words: 'W' })
      await get('notes', first.id, ada)
      await library().database.transaction(async (tx) => {
        await ops().update({ ...ada, tx }, 'notes', first.id, { words: 'other' })
      })
      assert.equal((await record(get('notes', first.id, ada))).words, 'other')
      assert.equal((await list('notes', ada)).isKept, false)
      assert.equal((await list('notes', ada)).isKept, false)
      assert.ok(id)
    })
  })
})
