import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { collection, defineApp, eq, everyone, many, manyToMany, one, or, reference, role, text } from 'galley'
import { type ActingAs, createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../databases.ts'

const all = { read: everyone(), create: everyone(), update: everyone(), delete: everyone() }
const authors = collection('authors', {
  fields: { name: text(), posts: many('posts'), draft: one('drafts'), letters: many('letters') },
  rules: all,
})
const posts = collection('posts', {
  fields: {
    title: text(),
    author: reference('authors', { optional: true, read: role('staff') }),
    labels: manyToMany('labels', { read: role('staff'), write: role('staff') }),
  },
  rules: all,
})
const drafts = collection('drafts', {
  fields: { title: text(), author: reference('authors', { unique: true, private: true }) },
  rules: all,
})
/** Who wrote a letter is for the reader it is for, and for staff. */
const letters = collection('letters', {
  fields: {
    to: text(),
    author: reference('authors', { read: ({ row, actor }) => or(eq(row.to as never, actor.id), role('staff')) }),
  },
  rules: all,
})
const photos = collection('photos', {
  fields: {
    by: text(),
    labels: manyToMany('labels', { write: ({ row, actor }) => eq(row.by as never, actor.id) }),
  },
  rules: all,
})
const labels = collection('labels', {
  fields: {
    name: text(),
    posts: manyToMany('posts', { by: 'labels' }),
    photos: manyToMany('photos', { by: 'labels' }),
  },
  rules: all,
})
const paper = defineApp({
  name: 'Paper',
  collections: [authors, posts, drafts, letters, photos, labels],
  roles: { staff: {} },
})

for (const { name, url } of databases) {
  describe(`a reference that is hidden, on ${name}`, () => {
    let app: TestApp
    let staff: ActingAs<any> // any: these tests speak HTTP
    let author: string
    let post: string
    let label: string
    before(async () => {
      app = await createTestApp(paper as never, { database: await url() } as object)
      staff = app.as({ id: 's', roles: ['staff'] })
      author = (await app.system.authors!.create({ name: 'Tove' })).id
      label = (await app.system.labels!.create({ name: 'sad' })).id
      post = (await app.system.posts!.create({ title: 'Sea', author, labels: [label] })).id
      await app.system.drafts!.create({ title: 'Storm', author })
      await app.system.letters!.create({ to: 'ada', author })
      await app.system.letters!.create({ to: 'bob', author })
    })
    after(() => app.close())

    const get = async (who: ActingAs<any>, path: string) => {
      const answer = await who.fetch(path)
      return { status: answer.status, body: (await answer.json()) as any } // any: looked into below
    }

    const paths = () => [
      `/api/authors/${author}/posts`,
      `/api/authors/${author}?expand=posts`,
      `/api/authors?filter[posts][some][id]=${post}`,
      `/api/authors?filter[posts][none][id]=${post}`,
      `/api/authors?expand=posts(sort:title)`,
      `/api/labels/${label}/posts`,
      `/api/labels/${label}?expand=posts`,
      `/api/labels?filter[posts][some]=true`,
    ]

    test('is not told from its other side', async () => {
      for (const path of paths()) {
        const { status, body } = await get(app, path)
        assert.ok(status === 400 || status === 404, `${path}: ${status}`)
        assert.ok(!JSON.stringify(body).includes('Sea'), path)
      }
    })

    test('is told from its other side to those who may read it', async () => {
      for (const path of paths()) assert.equal((await get(staff, path)).status, 200, path)
      assert.equal((await get(staff, `/api/authors/${author}/posts`)).body.data.length, 1)
      assert.equal((await get(staff, `/api/labels/${label}/posts`)).body.data.length, 1)
    })

    test('is told to nobody from its other side when it is private', async () => {
      for (const path of [`/api/authors/${author}/draft`, `/api/authors/${author}?expand=draft`]) {
        const { status, body } = await get(staff, path)
        assert.ok(status === 400 || status === 404, `${path}: ${status}`)
        assert.ok(!JSON.stringify(body).includes('Storm'), path)
      }
    })

    test('in some records only is told from its other side for the others only', async () => {
      const ada = app.as({ id: 'ada' })
      const addressees = (letters: readonly { to: string }[]) => letters.map(({ to }) => to).sort()
      assert.deepEqual(addressees((await get(ada, `/api/authors/${author}/letters`)).body.data), ['ada'])
      assert.deepEqual(addressees((await get(ada, `/api/authors/${author}?expand=letters`)).body.letters), ['ada'])
      assert.deepEqual(addressees((await get(staff, `/api/authors/${author}/letters`)).body.data), ['ada', 'bob'])
      const matching = async (to: string) =>
        (await get(ada, `/api/authors?filter[letters][some][to]=${to}`)).body.data.length
      assert.deepEqual([await matching('ada'), await matching('bob')], [1, 0])
    })

    test('cannot be changed from its other side by those who may not write it', async () => {
      const answer = await app.fetch(`/api/labels/${label}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ posts: [] }),
      })
      assert.equal(answer.status, 400)
      assert.equal((await get(staff, `/api/labels/${label}/posts`)).body.data.length, 1)
    })

    test('that some may set in their own records is set there only, from its other side too', async () => {
      const ada = app.as({ id: 'ada' })
      const send = async (method: string, path: string, body: unknown) => {
        const headers = { 'content-type': 'application/json' }
        return (await ada.fetch(path, { method, headers, body: JSON.stringify(body) })).status
      }
      const own = (await app.system.photos!.create({ by: 'ada' })).id
      const other = (await app.system.photos!.create({ by: 'bob' })).id
      const linked = (await app.system.photos!.create({ by: 'bob', labels: [label] })).id
      const linkedNow = async () =>
        (await get(ada, `/api/labels/${label}/photos`)).body.data.map(({ id }: { id: string }) => id)
      assert.equal(await send('PATCH', `/api/labels/${label}`, { photos: [other] }), 400)
      assert.equal(await send('POST', `/api/labels/${label}/photos`, { by: 'bob' }), 403)
      assert.deepEqual(await linkedNow(), [linked])
      assert.equal(await send('PATCH', `/api/labels/${label}`, { photos: [own] }), 200)
      assert.deepEqual(new Set(await linkedNow()), new Set([own, linked]))
      assert.equal(await send('POST', `/api/labels/${label}/photos`, { by: 'ada' }), 201)
    })
  })
}
