import { type Actor, type FeatureRoute, type FileStore, type RouteAnswer, route } from '../../plugin.ts'
import { fileErrors } from './errors.ts'
import { originalKey, sizeTag } from './file-keys.ts'
import { fileTypes, isPixels } from './file-types.ts'
import type { FileRecord, FilesDb } from './files-collection.ts'
import type { Images } from './images.ts'
import { type FileSettings, originalSize } from './options.ts'
import { disposition } from './safe-name.ts'

export interface Downloads {
  readonly store: FileStore
  readonly images: Images
  readonly settings: FileSettings
  dbAs(actor: Actor): FilesDb
}

/** `GET /api/files/:id/:size`: the bytes of a file that whoever asks may read. */
export function downloadRoute(downloads: Downloads): FeatureRoute {
  const { sizes } = downloads.settings
  const names = [originalSize, ...Object.keys(sizes)]
  const made = Object.values(sizes).map(({ format = 'webp' }) => `image/${format}`)
  return route('GET', '/api/files/:id/:size', {
    summary: 'Get the bytes of a file',
    description: `Sizes: ${names.join(', ')}.`,
    collection: 'files',
    streams: [...new Set([...fileTypes, ...made])],
    async run({ params: { id = '', size = '' }, actor }) {
      if (!names.includes(size)) throw fileErrors.size_unknown({ details: { sizes: names.join(', ') } })
      const file = await downloads.dbAs(actor).files.get(id)
      return size === originalSize ? original(file, actor, downloads) : sized(file, size, actor, downloads)
    },
  })
}

function original(file: FileRecord, actor: Actor, downloads: Downloads): Promise<RouteAnswer> {
  return answer(
    {
      key: originalKey(file.id),
      type: file.type,
      bytes: file.bytes,
      etag: file.sha256,
      // What is no picture could be a page with scripts.
      disposition: disposition(isPixels(file.type) ? 'inline' : 'attachment', file.name),
    },
    actor,
    downloads,
  )
}

async function sized(file: FileRecord, name: string, actor: Actor, downloads: Downloads): Promise<RouteAnswer> {
  if (!isPixels(file.type)) throw fileErrors.not_an_image()
  const size = downloads.settings.sizes[name]!
  const { format = 'webp' } = size
  const { key, bytes } = await downloads.images.sized(file.id, size)
  const savedAs = `${file.name.replace(/\.[^.]{1,5}$/, '')}-${name}.${format}`
  const etag = `${file.sha256.slice(0, 32)}-${sizeTag(size)}`
  return answer(
    { key, type: `image/${format}`, bytes, etag, disposition: disposition('inline', savedAs) },
    actor,
    downloads,
  )
}

interface Wanted {
  readonly key: string
  readonly type: string
  readonly bytes: number
  readonly etag: string
  readonly disposition: string
}

async function answer(wanted: Wanted, actor: Actor, { store, settings }: Downloads): Promise<RouteAnswer> {
  const { key, type, bytes, etag, disposition } = wanted
  if (settings.isDirect && store.signedUrl !== undefined) {
    const address = await store.signedUrl(key, { expiresSeconds: directSeconds, type, disposition })
    return { status: 302, headers: { Location: address, 'Cache-Control': 'no-store' } }
  }
  return {
    headers: { 'Content-Disposition': disposition, ...sharing(actor, settings) },
    stream: { type, bytes, etag, open: (range) => store.get(key, range) },
  }
}

const directSeconds = 300

/** What somebody may read who is nobody in particular, everybody may: caches may keep it, and pages elsewhere may show it. */
function sharing({ kind }: Actor, { cacheSeconds }: FileSettings): Readonly<Record<string, string>> {
  if (kind !== 'anonymous') return {}
  return {
    'Cache-Control': `public, max-age=${cacheSeconds}, immutable`,
    'Cross-Origin-Resource-Policy': 'cross-origin',
  }
}
