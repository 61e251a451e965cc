import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type {
  FileFacts,
  FileRange,
  FileSource,
  FileStore,
  SignedUrlOptions,
  StoredFile,
} from '../../../ports/file-store.ts'
import { fileStoreErrors } from '../../../ports/file-store-errors.ts'
import { requireSafeKey, requireSafePrefix } from '../../../ports/safe-key.ts'
import { Bucket } from './bucket.ts'
import { partsOf } from './parts.ts'
import { putInParts } from './put-in-parts.ts'
import type { S3Options } from './s3-options.ts'

/** Keeps files in a bucket, of Amazon or of any other service that speaks S3. */
export function createS3FileStore(options: S3Options): FileStore {
  return new S3FileStore(options)
}

class S3FileStore implements FileStore {
  readonly #bucket: Bucket
  readonly #prefix: string
  #isClosed = false

  constructor(options: S3Options) {
    this.#bucket = new Bucket(options)
    this.#prefix = options.prefix
  }

  async put(key: string, source: FileSource): Promise<StoredFile> {
    this.#check(key)
    const sum = createHash('sha256')
    let bytes = 0
    const counted = partsOf(source, (piece) => {
      sum.update(piece)
      bytes += piece.length
    })
    try {
      const first = await counted.next()
      const second = first.done ? first : await counted.next()
      if (second.done) await this.#putWhole(key, first.value ?? new Uint8Array())
      else await putInParts(this.#bucket, key, [first.value!, second.value], counted)
    } finally {
      await counted.return(undefined)
    }
    return { bytes, sha256: sum.digest('hex') }
  }

  async get(key: string, range?: FileRange): Promise<Readable> {
    this.#check(key)
    const headers: Record<string, string> =
      range === undefined ? {} : { Range: `bytes=${range.first}-${range.last ?? ''}` }
    const answer = await this.#bucket.ask({ method: 'GET', key, headers })
    if (answer.ok) return readableFrom(answer)
    await answer.body?.cancel()
    throw answer.status === 416
      ? fileStoreErrors.range({ details: { first: range?.first } })
      : fileStoreErrors.not_found()
  }

  async stat(key: string): Promise<FileFacts | undefined> {
    this.#check(key)
    const { ok, headers } = await this.#bucket.ask({ method: 'HEAD', key })
    return ok ? { key, bytes: Number(headers.get('content-length')) } : undefined
  }

  async delete(key: string): Promise<void> {
    this.#check(key)
    await (await this.#bucket.ask({ method: 'DELETE', key })).body?.cancel()
  }

  async *list(prefix: string): AsyncIterable<FileFacts> {
    requireSafePrefix(prefix)
    this.#requireOpen()
    let token: string | undefined
    do {
      const query = { 'list-type': '2', prefix: this.#prefix + prefix, ...(token && { 'continuation-token': token }) }
      const page = await (await this.#bucket.ask({ method: 'GET', query })).text()
      yield* this.#factsIn(page)
      token = textOf('NextContinuationToken', page)
    } while (token !== undefined)
  }

  readonly signedUrl = async (key: string, options: SignedUrlOptions): Promise<string> => {
    this.#check(key)
    const { expiresSeconds, type, disposition } = options
    return this.#bucket.signedUrl(key, {
      'X-Amz-Expires': String(expiresSeconds),
      ...(type !== undefined && { 'response-content-type': type }),
      ...(disposition !== undefined && { 'response-content-disposition': disposition }),
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
  }

  async #putWhole(key: string, body: Uint8Array): Promise<void> {
    const answer = await this.#bucket.ask({ method: 'PUT', key, body })
    await answer.body?.cancel()
    if (!answer.ok) throw fileStoreErrors.refused({ details: { reason: `status ${answer.status}` } })
  }

  *#factsIn(page: string): Iterable<FileFacts> {
    for (const [, entry = ''] of page.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
      const key = textOf('Key', entry)?.slice(this.#prefix.length)
      if (key) yield { key, bytes: Number(textOf('Size', entry)) }
    }
  }

  #check(key: string): void {
    requireSafeKey(key)
    this.#requireOpen()
  }

  #requireOpen(): void {
    if (this.#isClosed) throw fileStoreErrors.closed()
  }
}

function readableFrom({ body }: Response): Readable {
  return body === null ? Readable.from([]) : Readable.fromWeb(body as ReadableStream)
}

/** Of answers whose texts are keys of ours, numbers and tokens: the one thing in them that is written otherwise is `&`. */
function textOf(element: string, xml: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1]?.replaceAll('&amp;', '&')
}
