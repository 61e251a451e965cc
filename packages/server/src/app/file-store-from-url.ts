import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { requireInstalled } from '../base/optional-package.ts'
import type { Surroundings } from '../model/feature.ts'
import type { FileFacts, FileRange, FileSource, FileStore, SignedUrlOptions, StoredFile } from '../ports/file-store.ts'
import { fileStoreErrors } from '../ports/file-store-errors.ts'
import { appErrors } from './errors.ts'

/**
 * The store of files of FILES_URL: `disk:./data/files`, `disk:`, which is a temporary folder, or
 * `s3://bucket/prefix?endpoint=https://minio.example&region=eu-central-1`. Where it is not set, files lie in the folder of the data.
 *
 * Each adapter, and its library, is loaded with the first file. Whether that can be is known now.
 * @throws app_files_url, app_files_url_broken, file_store_driver_missing
 */
export async function fileStoreFromUrl({ variables, dataDir }: Surroundings, cwd = process.cwd()): Promise<FileStore> {
  const url = variables.FILES_URL || (dataDir === undefined ? 'disk:' : `disk:${dataDir}/files`)
  const scheme = url.slice(0, Math.max(0, url.indexOf(':'))).toLowerCase()
  const open = adapters[scheme]
  if (open === undefined) throw appErrors.files_url({ details: { scheme, known: Object.keys(adapters).join(', ') } })
  return new LateFileStore(await open(url, { variables, cwd }), scheme === 's3')
}

interface Place {
  readonly variables: Surroundings['variables']
  readonly cwd: string
}

const adapters: Readonly<Record<string, (url: string, place: Place) => Promise<() => Promise<FileStore>>>> = {
  disk: diskStore,
  s3: s3Store,
}

async function diskStore(url: string, { cwd }: Place): Promise<() => Promise<FileStore>> {
  const path = url.slice('disk:'.length)
  const folder = path === '' ? undefined : resolve(cwd, path)
  return async () => (await import('../adapters/file-store/disk/index.ts')).createDiskFileStore({ folder })
}

async function s3Store(url: string, { variables }: Place): Promise<() => Promise<FileStore>> {
  const { createS3FileStore, s3OptionsFromUrl } = await import('../adapters/file-store/s3/index.ts')
  const options = s3OptionsFromUrl(url, variables)
  if ('problem' in options) throw appErrors.files_url_broken({ details: options })
  requireInstalled('aws4fetch', (cause) => fileStoreErrors.driver_missing({ cause, details: { driver: 'aws4fetch' } }))
  return async () => createS3FileStore(options)
}

/** Made when it is used for the first time. */
class LateFileStore implements FileStore {
  readonly signedUrl: FileStore['signedUrl']
  readonly #make: () => Promise<FileStore>
  #made: Promise<FileStore> | undefined

  constructor(make: () => Promise<FileStore>, hasAddresses: boolean) {
    this.#make = make
    this.signedUrl = hasAddresses
      ? async (key: string, options: SignedUrlOptions) => (await this.#store()).signedUrl!(key, options)
      : undefined
  }

  async put(key: string, source: FileSource): Promise<StoredFile> {
    return (await this.#store()).put(key, source)
  }

  async get(key: string, range?: FileRange): Promise<Readable> {
    return (await this.#store()).get(key, range)
  }

  async stat(key: string): Promise<FileFacts | undefined> {
    return (await this.#store()).stat(key)
  }

  async delete(key: string): Promise<void> {
    await (await this.#store()).delete(key)
  }

  async *list(prefix: string): AsyncIterable<FileFacts> {
    yield* (await this.#store()).list(prefix)
  }

  async close(): Promise<void> {
    await (await this.#made?.catch(() => undefined))?.close()
  }

  #store(): Promise<FileStore> {
    this.#made ??= this.#make()
    return this.#made
  }
}
