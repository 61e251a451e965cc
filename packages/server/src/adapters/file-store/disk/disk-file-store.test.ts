import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileStoreContract } from '../../../testing/file-store.contract.ts'
import { createDiskFileStore } from './disk-file-store.ts'

const root = mkdtempSync(join(tmpdir(), 'galley-disk-'))
after(() => rm(root, { recursive: true, force: true }))
let count = 0

function newFolder(): string {
  count += 1
  return join(root, `place-${count}`, 'files')
}

fileStoreContract('a folder on the disk', async () => {
  const folder = newFolder()
  return { store: createDiskFileStore({ folder }), close: () => rm(folder, { recursive: true, force: true }) }
})

test('a store of its own is removed when it is closed', async () => {
  const before = new Set(temporaryFolders())
  const store = createDiskFileStore({ folder: undefined })
  await store.put('a', Buffer.from('x'))
  assert.equal(temporaryFolders().filter((name) => !before.has(name)).length >= 1, true)
  await store.close()
})

test('nobody else may read what is kept, and drafts leave nothing behind', {
  skip: process.platform === 'win32',
}, async () => {
  const folder = newFolder()
  const store = createDiskFileStore({ folder })
  await store.put('a/b', Buffer.from('x'))
  await assert.rejects(store.put('a/c', failing()))
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  assert.deepEqual(
    files.map(({ name }) => name),
    ['a,b'],
  )
  assert.equal(statSync(join(files[0]!.parentPath, files[0]!.name)).mode & 0o077, 0)
  assert.equal(statSync(files[0]!.parentPath).mode & 0o077, 0)
})

test('what a crash has left of a file is removed a day later', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'drafts'), { recursive: true })
  for (const name of ['old', 'new']) writeFileSync(join(folder, 'drafts', name), 'half of')
  const twoDaysAgo = Date.now() / 1_000 - 2 * 86_400
  utimesSync(join(folder, 'drafts/old'), twoDaysAgo, twoDaysAgo)
  const store = createDiskFileStore({ folder })
  await store.put('a', Buffer.from('x'))
  assert.deepEqual(readdirSync(join(folder, 'drafts')), ['new'])
  for await (const { key } of store.list('')) assert.equal(key, 'a')
})

test('a disk without room is unavailable, not a fault', async () => {
  const store = createDiskFileStore({ folder: newFolder() })
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  await assert.rejects(store.put('a', failing(full)), { code: 'file_store_unavailable' })
})

async function* failing(error: Error = new Error('broken')): AsyncGenerator<Buffer> {
  yield Buffer.from('half of')
  throw error
}

function temporaryFolders(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('galley-files-'))
}
