import { type Actor, anonymous, type FeatureRoute, type FileStore, type RouteAnswer, route } from '../../plugin.ts'
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

function original(file: FileRecord, actor: Actor, { store, settings }: Downloads): RouteAnswer {
  return {
    headers: headersOf(file, isPixels(file.type) ? 'inline' : 'attachment', file.name, actor, settings),
    stream: {
      type: file.type,
      bytes: file.bytes,
      etag: file.sha256,
      open: (range) => store.get(originalKey(file.id), range),
    },
  }
}

async function sized(
  file: FileRecord,
  name: string,
  actor: Actor,
  { store, images, settings }: Downloads,
): Promise<RouteAnswer> {
  if (!isPixels(file.type)) throw fileErrors.not_an_image()
  const size = settings.sizes[name]!
  const { format = 'webp' } = size
  const { key, bytes } = await images.sized(file.id, size)
  const savedAs = `${file.name.replace(/\.[^.]{1,5}$/, '')}-${name}.${format}`
  return {
    headers: headersOf(file, 'inline', savedAs, actor, settings),
    stream: {
      type: `image/${format}`,
      bytes,
      etag: `${file.sha256.slice(0, 32)}-${sizeTag(size)}`,
      open: (range) => store.get(key, range),
    },
  }
}

/** What somebody may read who is nobody in particular, everybody may: caches may keep it, and pages elsewhere may show it. */
function headersOf(
  _file: FileRecord,
  kind: 'inline' | 'attachment',
  name: string,
  actor: Actor,
  { cacheSeconds }: FileSettings,
): Readonly<Record<string, string>> {
  const isForAll = actor === anonymous || actor.kind === 'anonymous'
  return {
    'Content-Disposition': disposition(kind, name),
    ...(isForAll && {
      'Cache-Control': `public, max-age=${cacheSeconds}, immutable`,
      'Cross-Origin-Resource-Policy': 'cross-origin',
    }),
  }
}
