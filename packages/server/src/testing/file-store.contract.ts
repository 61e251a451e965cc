import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { GalleyError } from '../base/error.ts'
import type { FileStore } from '../ports/file-store.ts'

export interface TestFileStore {
  readonly store: FileStore
  close(): Promise<void>
}

/**
 * Registers the tests that every adapter of the `FileStore` port passes: one for each sentence of its contract.
 *
 * @param open  opens a store without files each time; the test closes it.
 */
export function fileStoreContract(name: string, open: () => Promise<TestFileStore>): void {
  const promise = (sentence: string, prove: (store: FileStore) => Promise<void>) =>
    test(sentence, async () => {
      const place = await open()
      try {
        await prove(place.store)
      } finally {
        await place.store.close()
        await place.close()
      }
    })

  describe(`${name} keeps the contract of a store of files`, () => {
    promise('what is read are the bytes that were put, and put tells what they were', async (store) => {
      for (const size of [0, 1, 70_000, 3 * 8_388_608 + 12_345]) {
        const content = randomBytes(size)
        const stored = await store.put(`some/file-${size}`, inPieces(content))
        assert.deepEqual(stored, { bytes: size, sha256: createHash('sha256').update(content).digest('hex') })
        assert.ok((await read(store, `some/file-${size}`)).equals(content), `${size} bytes`)
        assert.deepEqual(await store.stat(`some/file-${size}`), { key: `some/file-${size}`, bytes: size })
      }
      assert.equal((await store.put('whole', Buffer.from('as one'))).bytes, 6)
      assert.equal(`${await read(store, 'whole')}`, 'as one')
    })

    promise('any part of a file can be read', async (store) => {
      await store.put('a', Buffer.from('0123456789'))
      const part = async (first: number, last?: number) =>
        `${await read(store, 'a', { first, ...(last !== undefined && { last }) })}`
      assert.equal(await part(0, 1), '01')
      assert.equal(await part(3, 3), '3')
      assert.equal(await part(3, 5), '345')
      assert.equal(await part(8), '89')
      assert.equal(await part(8, 500), '89')
      await refuses(store.get('a', { first: 10 }), 'file_store_range')
    })

    promise('what is put under a key takes the place of what was there', async (store) => {
      await store.put('a/b', Buffer.from('a longer first text'))
      await store.put('a/b', Buffer.from('second'))
      assert.equal(`${await read(store, 'a/b')}`, 'second')
      assert.deepEqual(await keys(store), ['a/b'])
    })

    promise('a source that fails, early or late, leaves what was there before, or nothing', async (store) => {
      await store.put('kept', Buffer.from('first'))
      for (const size of [0, 10, 20_000_000]) {
        await assert.rejects(store.put('kept', failing(size)), /the client has left/)
        await assert.rejects(store.put('new', failing(size)), /the client has left/)
      }
      assert.equal(`${await read(store, 'kept')}`, 'first')
      assert.equal(await store.stat('new'), undefined)
      assert.deepEqual(await keys(store), ['kept'])
    })

    promise('until it has come whole, nobody sees any of a file', async (store) => {
      const { promise: released, resolve: release } = Promise.withResolvers<void>()
      const slow = (async function* () {
        yield Buffer.alloc(9_000_000)
        await released
        yield Buffer.from('end')
      })()
      const put = store.put('slow', slow)
      for (let count = 0; count < 50; count += 1) await setImmediate()
      assert.equal(await store.stat('slow'), undefined)
      assert.deepEqual(await keys(store), [])
      release()
      await put
      assert.equal((await store.stat('slow'))!.bytes, 9_000_003)
    })

    promise('whoever reads while a key is written anew reads one of the two', async (store) => {
      const all = [Buffer.alloc(2_000_000, 'a'), Buffer.alloc(2_000_000, 'b')]
      await store.put('a', all[0]!)
      const readers = Array.from({ length: 4 }, () => read(store, 'a'))
      const writers = [1, 0, 1].map((index) => store.put('a', inPieces(all[index]!)))
      for (const content of await Promise.all(readers)) assert.ok(all.some((one) => one.equals(content)))
      await Promise.all(writers)
      const last = await read(store, 'a')
      assert.ok(all.some((one) => one.equals(last)))
    })

    promise('what was deleted is gone, and deleting it again is no error', async (store) => {
      await store.put('a/b', Buffer.from('x'))
      await store.delete('a/b')
      await store.delete('a/b')
      assert.equal(await store.stat('a/b'), undefined)
      await refuses(store.get('a/b'), 'file_store_not_found')
      assert.deepEqual(await keys(store), [])
    })

    promise('what begins with a prefix is listed, and nothing else', async (store) => {
      for (const key of ['a/1', 'a/2', 'a', 'ab/1', 'b/a/1', 'a/b/c']) await store.put(key, Buffer.from(key))
      assert.deepEqual(await keys(store, 'a/'), ['a/1', 'a/2', 'a/b/c'])
      assert.deepEqual(await keys(store, 'a/b/'), ['a/b/c'])
      assert.deepEqual(await keys(store, 'a'), ['a', 'a/1', 'a/2', 'a/b/c', 'ab/1'])
      assert.deepEqual(await keys(store, 'c/'), [])
      assert.equal((await keys(store)).length, 6)
    })

    promise('a list may be longer than one answer of a service', async (store) => {
      const names = Array.from({ length: 1_005 }, (_none, index) => `many/${index}`)
      for (let from = 0; from < names.length; from += 50)
        await Promise.all(names.slice(from, from + 50).map((name) => store.put(name, Buffer.from('x'))))
      assert.deepEqual(await keys(store, 'many/'), names.sort())
    })

    promise('a key that could mean anything but itself is refused', async (store) => {
      const odd = [
        '',
        '/',
        '/a',
        'a/',
        'a//b',
        '..',
        '../a',
        'a/../b',
        'a/./b',
        '.a',
        'a\\b',
        'a b',
        'A',
        'ä',
        'a\0',
        'a%2f',
        'a,b',
      ]
      for (const key of [...odd, 'x'.repeat(201)]) {
        await refuses(store.put(key, Buffer.from('x')), 'file_store_unsafe_key')
        await refuses(store.get(key), 'file_store_unsafe_key')
        await refuses(store.stat(key), 'file_store_unsafe_key')
        await refuses(store.delete(key), 'file_store_unsafe_key')
      }
      await refuses(keys(store, '../'), 'file_store_unsafe_key')
      await store.put(`${'x'.repeat(190)}/_.-`.replace('/_', '/1_'), Buffer.from('x'))
      assert.equal((await keys(store)).length, 1)
    })

    promise('nothing is read ahead of whoever takes it', async (store) => {
      let asked = 0
      const source = (async function* () {
        for (; asked < 400; asked += 1) yield Buffer.alloc(65_536)
      })()
      await store.put('big', source)
      const stream = await store.get('big')
      for await (const _piece of stream) break
      assert.ok(stream.destroyed)
    })

    promise('a signed address gives the file to whoever has it, and no other one', async (store) => {
      if (store.signedUrl === undefined) return // a store on a disk has no address
      await store.put('a/b', Buffer.from('for you'))
      const options = { expiresSeconds: 60, type: 'text/x-mine', disposition: 'attachment; filename="a.txt"' }
      const url = await store.signedUrl('a/b', options)
      const answer = await fetch(url)
      assert.equal(await answer.text(), 'for you')
      assert.equal(answer.headers.get('content-type'), 'text/x-mine')
      assert.equal((await fetch(url.replace('/a/b?', '/a/c?'))).status, 403)
    })

    promise('after close nothing is done, and it may be closed twice', async (store) => {
      await store.close()
      await store.close()
      await refuses(store.put('a', Buffer.from('x')), 'file_store_closed')
    })
  })
}

async function* inPieces(content: Buffer): AsyncIterable<Buffer> {
  for (let from = 0; from < content.length; from += 60_000) yield content.subarray(from, from + 60_000)
}

async function* failing(afterBytes: number): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < afterBytes; sent += 100_000) yield Buffer.alloc(Math.min(100_000, afterBytes))
  throw new Error('the client has left')
}

async function read(store: FileStore, key: string, range?: { first: number; last?: number }): Promise<Buffer> {
  return Buffer.concat(await (await store.get(key, range)).toArray())
}

async function keys(store: FileStore, prefix = ''): Promise<readonly string[]> {
  const found: string[] = []
  for await (const { key } of store.list(prefix)) found.push(key)
  return found.sort()
}

async function refuses(work: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(work, (error) => error instanceof GalleyError && error.code === code)
}
