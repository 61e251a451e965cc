import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fileStoreContract } from '../../../testing/file-store.contract.ts'
import { createS3FileStore } from './s3-file-store.ts'
import { type S3Options, s3OptionsFromUrl } from './s3-options.ts'
import { credentials, region, startS3Server } from './s3-server.fixture.ts'

const server = await startS3Server()
after(() => server.stop())

const variables = { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey }

function options(): S3Options {
  const url = `s3://${server.newBucket()}/shop/files?endpoint=${server.endpoint}&region=${region}`
  const read = s3OptionsFromUrl(url, variables)
  assert.ok('bucketUrl' in read)
  return read
}

fileStoreContract('a bucket', async () => ({ store: createS3FileStore(options()), close: async () => {} }))

test('a wrong signature is refused by the server, and told without the key', async () => {
  const store = createS3FileStore({ ...options(), secretAccessKey: 'wrong-secret' })
  await assert.rejects(store.put('a', Buffer.from('x')), (error: Error) => {
    assert.match(error.message, /SignatureDoesNotMatch/)
    assert.doesNotMatch(error.message, /wrong-secret/)
    return true
  })
})

test('a request that fails for a moment is made again, a few times', async () => {
  const store = createS3FileStore(options())
  server.fail(503, 0)
  await store.put('a', Buffer.from('x'))
  assert.equal(`${Buffer.concat(await (await store.get('a')).toArray())}`, 'x')
  server.fail(503, 500, 429)
  await assert.rejects(store.get('a'), { code: 'file_store_unavailable' })
})

test('a large file that breaks off leaves no parts in the bucket', async () => {
  const store = createS3FileStore(options())
  const breaking = (async function* () {
    yield Buffer.alloc(20_000_000)
    throw new Error('the client has left')
  })()
  await assert.rejects(store.put('a', breaking), /the client has left/)
  assert.ok(server.seen.some((line) => line.startsWith('DELETE ') && line.includes('uploadId=')))
  assert.equal(await store.stat('a'), undefined)
})

test('what is missing of a bucket is told', () => {
  const problem = (url: string, given: object = variables) => {
    const read = s3OptionsFromUrl(url, given as never)
    return 'problem' in read ? read.problem : read.bucketUrl
  }
  assert.equal(problem('s3://my-files'), 'https://my-files.s3.us-east-1.amazonaws.com')
  assert.equal(problem('s3://my-files?region=eu-west-1'), 'https://my-files.s3.eu-west-1.amazonaws.com')
  assert.equal(problem('s3://my-files?endpoint=http://localhost:9000'), 'http://localhost:9000/my-files')
  assert.equal(problem('s3://my-files?endpoint=https://r2.example&style=host'), 'https://my-files.r2.example')
  assert.match(problem('s3://'), /bucket/)
  assert.match(problem('s3://my-files?regoin=x'), /regoin/)
  assert.match(problem('s3://my-files?style=odd'), /style/)
  assert.match(problem('s3://my-files?endpoint=minio:9000'), /endpoint/)
  assert.match(problem('s3://my-files', {}), /AWS_ACCESS_KEY_ID/)
})
