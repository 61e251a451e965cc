import { hash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import type { FileFacts, FileRange, FileSource, FileStore, StoredFile } from '../../../ports/file-store.ts'
import { fileStoreErrors } from '../../../ports/file-store-errors.ts'
import { requireSafeKey, requireSafePrefix } from '../../../ports/safe-key.ts'
import { writeSource } from './write-source.ts'

export interface DiskOptions {
  /** Undefined: a folder for temporary files, which is removed at the end. */
  readonly folder: string | undefined
}

/** Keeps files in a folder. Nobody else may read them there, and no other program may write into it. */
export function createDiskFileStore({ folder }: DiskOptions): FileStore {
  return new DiskFileStore(folder === undefined ? undefined : resolve(folder))
}

const draftsFolder = 'drafts'
const oldDraftMs = 86_400_000

class DiskFileStore implements FileStore {
  readonly #isTemporary: boolean
  #folder: Promise<string> | undefined
  #isClosed = false

  constructor(folder: string | undefined) {
    this.#isTemporary = folder === undefined
    if (folder !== undefined) this.#folder = Promise.resolve(folder)
  }

  /** Whoever looks sees the whole file or none: it is written elsewhere, and gets its name when all of it is on the disk. */
  async put(key: string, source: FileSource): Promise<StoredFile> {
    requireSafeKey(key)
    const path = await this.#pathOf(key)
    const draft = join(await this.#drafts(), randomUUID())
    try {
      const stored = await writeSource(source, draft)
      const shard = dirname(path)
      const isNew = (await mkdir(shard, { recursive: true, mode: 0o700 })) !== undefined
      await rename(draft, path)
      for (const folder of isNew ? [shard, dirname(shard), dirname(dirname(shard))] : [shard]) await syncFolder(folder)
      return stored
    } catch (error) {
      await rm(draft, { force: true })
      throw unavailableIfPassing(error)
    }
  }

  async get(key: string, range?: FileRange): Promise<Readable> {
    requireSafeKey(key)
    const file = await open(await this.#pathOf(key)).catch((error) => {
      throw translated(error)
    })
    try {
      await requireWithin(range, file)
    } catch (error) {
      await file.close()
      throw error
    }
    return file.createReadStream({ start: range?.first ?? 0, ...(range?.last !== undefined && { end: range.last }) })
  }

  async stat(key: string): Promise<FileFacts | undefined> {
    requireSafeKey(key)
    try {
      return { key, bytes: (await stat(await this.#pathOf(key))).size }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw translated(error)
    }
  }

  async delete(key: string): Promise<void> {
    requireSafeKey(key)
    await rm(await this.#pathOf(key), { force: true })
  }

  async *list(prefix: string): AsyncIterable<FileFacts> {
    requireSafePrefix(prefix)
    const folder = await this.#ownFolder()
    const shards = prefix.includes('/') ? [shardOf(prefix)] : await allShards(folder)
    for (const shard of shards) {
      for (const name of await namesIn(join(folder, shard))) {
        const key = name.replaceAll(',', '/')
        const facts = key.startsWith(prefix) ? await this.stat(key) : undefined
        if (facts !== undefined) yield facts
      }
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#isTemporary && this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true })
  }

  async #pathOf(key: string): Promise<string> {
    return join(await this.#ownFolder(), shardOf(key), key.replaceAll('/', ','))
  }

  #ownFolder(): Promise<string> {
    if (this.#isClosed) throw fileStoreErrors.closed()
    this.#folder ??= mkdtemp(join(tmpdir(), 'galley-files-'))
    return this.#folder
  }

  #madeDrafts: Promise<string> | undefined

  #drafts(): Promise<string> {
    this.#madeDrafts ??= this.#ownFolder().then(makeDrafts)
    return this.#madeDrafts
  }
}

/** Folders of a few hundred files each, where there are many; what begins with the same part lies together. */
function shardOf(key: string): string {
  const digest = hash('sha256', key.slice(0, `${key}/`.indexOf('/')), 'hex')
  return join(digest.slice(0, 2), digest.slice(2, 4))
}

async function allShards(folder: string): Promise<readonly string[]> {
  const shards: string[] = []
  for (const outer of await namesIn(folder)) {
    if (outer === draftsFolder) continue
    for (const inner of await namesIn(join(folder, outer))) shards.push(join(outer, inner))
  }
  return shards
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw translated(error)
  }
}

/** What a crash has left there a day ago belongs to nobody. */
async function makeDrafts(folder: string): Promise<string> {
  const drafts = join(folder, draftsFolder)
  await mkdir(drafts, { recursive: true, mode: 0o700 })
  for (const name of await readdir(drafts)) {
    const facts = await stat(join(drafts, name)).catch(() => undefined)
    if (facts !== undefined && Date.now() - facts.mtimeMs > oldDraftMs) await rm(join(drafts, name), { force: true })
  }
  return drafts
}

async function requireWithin(range: FileRange | undefined, file: FileHandle): Promise<void> {
  if (range === undefined) return
  const { size } = await file.stat()
  if (range.first >= size) throw fileStoreErrors.range({ details: { first: range.first } })
}

/** A name is safe on the disk when its folder is. Windows cannot do that, and has no need to. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const passing = new Set(['EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT', 'EIO', 'EROFS'])

function translated(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' ? fileStoreErrors.not_found({ cause: error }) : unavailableIfPassing(error)
}

function unavailableIfPassing(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  return code !== undefined && passing.has(code) ? fileStoreErrors.unavailable({ cause: error }) : error
}
