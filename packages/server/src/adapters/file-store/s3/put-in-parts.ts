import { fileStoreErrors } from '../../../ports/file-store-errors.ts'
import type { Bucket } from './bucket.ts'

/** Stores a large file part by part: it can be seen once the last step is done. What is left of one that failed is thrown away. */
export async function putInParts(
  bucket: Bucket,
  key: string,
  begun: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): Promise<void> {
  const started = await bucket.ask({ method: 'POST', key, query: { uploads: '' } })
  const uploadId = /<UploadId>([^<]+)<\/UploadId>/.exec(await started.text())?.[1]
  if (uploadId === undefined) throw unexpected('no UploadId')
  try {
    const tags: string[] = []
    const upload = async (body: Uint8Array) => {
      tags.push(await putPart(bucket, key, uploadId, tags.length + 1, body))
    }
    for (const part of begun) await upload(part)
    for await (const part of rest) await upload(part)
    await complete(bucket, key, uploadId, tags)
  } catch (error) {
    await bucket.ask({ method: 'DELETE', key, query: { uploadId } }).catch(() => undefined) // why it failed is what matters
    throw error
  }
}

async function putPart(
  bucket: Bucket,
  key: string,
  uploadId: string,
  partNumber: number,
  body: Uint8Array,
): Promise<string> {
  const answer = await bucket.ask({ method: 'PUT', key, query: { partNumber: String(partNumber), uploadId }, body })
  await answer.body?.cancel()
  const tag = answer.headers.get('etag')
  if (!answer.ok || tag === null) throw unexpected(`status ${answer.status}`)
  return tag
}

async function complete(bucket: Bucket, key: string, uploadId: string, tags: readonly string[]): Promise<void> {
  const parts = tags.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`)
  const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
  const answer = await bucket.ask({
    method: 'POST',
    key,
    query: { uploadId },
    headers: { 'Content-Type': 'text/xml' },
    body,
  })
  // S3 begins to answer 200 before it knows how it ends.
  const reason = /<Error>.*?<Code>(\w+)<\/Code>/s.exec(await answer.text())?.[1]
  if (!answer.ok || reason !== undefined) throw unexpected(reason ?? `status ${answer.status}`)
}

function unexpected(reason: string): Error {
  return fileStoreErrors.refused({ details: { reason } })
}
