import type { Readable } from 'node:stream'
import {
  type Actor,
  bodyTooLarge,
  type FeatureRoute,
  type FileStore,
  integer,
  type RouteRequest,
  route,
  type StoredFile,
  text,
} from '../../plugin.ts'
import { fileErrors } from './errors.ts'
import { originalKey } from './file-keys.ts'
import { type FileType, isPixels, tellingBytes, typeFromContent } from './file-types.ts'
import type { FileRecord, FilesDb } from './files-collection.ts'
import type { Dimensions, Images } from './images.ts'
import { formBytes, type IncomingFile, incomingFile } from './incoming-file.ts'
import type { FileSettings } from './options.ts'
import { safeName } from './safe-name.ts'

export interface Uploads {
  readonly db: FilesDb
  readonly store: FileStore
  readonly images: Images
  readonly settings: FileSettings
  dbAs(actor: Actor): FilesDb
}

/** `POST /api/files`: takes a file, as the body or in a form. */
export function uploadRoute(uploads: Uploads): FeatureRoute {
  const { maxBytes, types } = uploads.settings
  return route('POST', '/api/files', {
    summary: 'Upload a file',
    description: `The body is the file itself, or one file as multipart/form-data. At most ${maxBytes} bytes. What it is, its content says: ${types.join(', ')}.`,
    collection: 'files',
    body: 'stream',
    maxBodyBytes: maxBytes + formBytes,
    input: { name: text({ max: 255, optional: true, description: 'Of a file that is the body.' }) },
    output: {
      id: text(),
      name: text({ max: 255 }),
      type: text(),
      bytes: integer(),
      sha256: text(),
      width: integer({ optional: true }),
      height: integer({ optional: true }),
    },
    status: 201,
    run: (request) => upload(request, uploads),
  })
}

type UploadRequest = RouteRequest<{ readonly name?: string | null | undefined }, any, 'stream'> // any: nothing of its effects is typed here

async function upload(request: UploadRequest, uploads: Uploads) {
  const { db, dbAs } = uploads
  const incoming = await incomingFile(request.stream, request.headers)
  const name = safeName(request.input.name ?? incoming.name)
  // The rule is asked before anything is kept.
  const { id } = await dbAs(request.actor).files.create({ name })
  let isTaken = false
  try {
    const facts = await keep(id, incoming, uploads)
    return await request.once(async (effects) => {
      const file = await (effects.db as FilesDb).files.updateIf(
        id,
        { state: 'uploading' },
        { ...facts, state: 'unused' },
      )
      if (file === undefined) throw fileErrors.gone()
      isTaken = true
      return { headers: { Location: `/api/files/${id}` }, body: answer(file) }
    }, `${name} ${facts.sha256}`)
  } catch (error) {
    isTaken = false
    throw error
  } finally {
    if (!isTaken) await removeUpload(id, db)
  }
}

interface Facts extends StoredFile, Partial<Dimensions> {
  readonly type: FileType
}

async function keep(
  id: string,
  { content, ended }: IncomingFile,
  { store, images, settings }: Uploads,
): Promise<Facts> {
  try {
    const { type, all } = await recognized(content)
    if (!settings.types.includes(type)) throw fileErrors.type_refused({ details: { types: settings.types.join(', ') } })
    const stored = await store.put(originalKey(id), atMost(settings.maxBytes, all))
    await ended()
    const dimensions = isPixels(type) ? await images.examine(id, type) : undefined
    return { type, ...stored, ...dimensions }
  } finally {
    content.destroy()
  }
}

/** What it is, and all of it again: nothing is kept of what is not taken. */
async function recognized(
  content: Readable,
): Promise<{ readonly type: FileType; readonly all: AsyncIterable<Buffer> }> {
  const pieces = content.iterator({ destroyOnReturn: true }) as AsyncIterator<Buffer>
  const head: Buffer[] = []
  let bytes = 0
  while (bytes < tellingBytes) {
    const { done, value } = await pieces.next()
    if (done) break
    head.push(value)
    bytes += value.length
  }
  if (bytes === 0) throw fileErrors.empty()
  const begun = Buffer.concat(head)
  return { type: typeFromContent(begun), all: joined(begun, pieces) }
}

async function* joined(head: Buffer, rest: AsyncIterator<Buffer>): AsyncIterable<Buffer> {
  yield head
  yield* { [Symbol.asyncIterator]: () => rest }
}

async function* atMost(maxBytes: number, pieces: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let bytes = 0
  for await (const piece of pieces) {
    bytes += piece.length
    if (bytes > maxBytes) throw bodyTooLarge(maxBytes)
    yield piece
  }
}

/** A hook takes its bytes along. Where that fails it is done later, by its age. */
async function removeUpload(id: string, db: FilesDb): Promise<void> {
  await db.files.delete(id).catch(() => {})
}

function answer({ id, name, type, bytes, sha256, width, height }: FileRecord) {
  return { id, name, type, bytes, sha256, width, height }
}
