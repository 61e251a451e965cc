import { hash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { fileStoreErrors } from '../../../ports/file-store-errors.ts'
import { loadAws4fetch } from './load-aws4fetch.ts'
import type { S3Options } from './s3-options.ts'

const answerMs = 30_000
/** Of the way to the bucket, at the least: what is sent has that much more time. */
const slowestBytesPerMs = 64
const attempts = 3
const pauseMs = 200

export interface BucketRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Undefined: the bucket itself. */
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** One bucket of a service that speaks S3. Every request is signed with its body, and repeated where that may help. */
export class Bucket {
  readonly #options: S3Options

  constructor(options: S3Options) {
    this.#options = options
  }

  /**
   * @returns the answer, also that there is no such thing (404) or no such part of it (416).
   * @throws file_store_unavailable, file_store_refused
   */
  async ask(request: BucketRequest): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#attempt(request).catch((error: Error) => error)
      if (answer instanceof Response && (answer.ok || answer.status === 404 || answer.status === 416)) return answer
      if (answer instanceof Response && answer.status < 500 && answer.status !== 429) throw await refused(answer)
      if (answer instanceof Response) await answer.body?.cancel()
      if (attempt === attempts)
        throw fileStoreErrors.unavailable({
          cause: answer instanceof Error ? answer : new Error(`It answered ${answer.status}.`),
        })
      await wait(pauseMs * 2 ** attempt * (0.5 + Math.random()))
    }
  }

  async signedUrl(key: string, query: Readonly<Record<string, string>>): Promise<string> {
    const signer = await this.#signer(this.#url({ method: 'GET', key, query }), { method: 'GET', signQuery: true })
    return (await signer.sign()).url.href
  }

  async #attempt(request: BucketRequest): Promise<Response> {
    const { method, body = new Uint8Array(), headers = {} } = request
    const signed = await (
      await this.#signer(this.#url(request), {
        method,
        headers: { ...headers, 'x-amz-content-sha256': hash('sha256', body, 'hex') },
        allHeaders: false,
      })
    ).sign()
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), answerMs + body.length / slowestBytesPerMs)
    try {
      return await fetch(signed.url, {
        method,
        headers: signed.headers,
        signal: abort.signal,
        redirect: 'manual',
        ...(body.length > 0 && { body: body as Uint8Array<ArrayBuffer> }),
      })
    } finally {
      clearTimeout(timer)
    }
  }

  #url({ key, query = {} }: BucketRequest): string {
    const { bucketUrl, prefix } = this.#options
    const search = new URLSearchParams(query)
    return `${bucketUrl}${key === undefined ? '' : `/${prefix}${key}`}${search.size > 0 ? `?${search}` : ''}`
  }

  async #signer(url: string, request: object) {
    const { AwsV4Signer } = await loadAws4fetch()
    const { accessKeyId, secretAccessKey, sessionToken, region } = this.#options
    return new AwsV4Signer({
      url,
      service: 's3',
      region,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      ...request,
    })
  }
}

/** The code of S3 says what is wrong with the configuration; nothing of it is for whoever asked for a file. */
async function refused(answer: Response): Promise<Error> {
  const text = await answer.text().catch(() => '')
  const reason = /<Code>(\w{1,60})<\/Code>/.exec(text)?.[1] ?? `status ${answer.status}`
  return fileStoreErrors.refused({ details: { reason } })
}
