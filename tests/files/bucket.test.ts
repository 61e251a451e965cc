import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { defineApp, everyone, signedIn } from 'galley'
import { files } from 'galley/files'
import { createTestApp, type TestApp } from 'galley/testing'
import sharp from 'sharp'
import {
  credentials,
  region,
  type S3Server,
  startS3Server,
} from '../../packages/server/src/adapters/file-store/s3/s3-server.fixture.ts'

const image = await sharp({ create: { width: 200, height: 100, channels: 3, background: 'red' } })
  .png()
  .toBuffer()

describe('files in a bucket', () => {
  let server: S3Server
  const apps: TestApp<any>[] = [] // any: collections of features are not known
  before(async () => {
    server = await startS3Server()
  })
  after(async () => {
    for (const app of apps) await app.close()
    await server.stop()
  })

  async function start(direct: boolean): Promise<TestApp<any>> {
    const variables = {
      FILES_URL: `s3://${server.newBucket()}/shop?endpoint=${server.endpoint}&region=${region}`,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    }
    const rules = { read: everyone(), create: signedIn(), delete: signedIn() }
    const features = [files({ maxBytes: 20_000_000, sizes: { small: { width: 50 } }, direct, rules })]
    const app = await createTestApp(defineApp({ name: 'shop', collections: [], features }), {
      surroundings: { variables },
    })
    apps.push(app)
    return app
  }
  const upload = async (app: TestApp<any>, body: Buffer) => {
    const answer = await app.as({ id: 'ada' }).fetch('/api/files?name=a.png', { method: 'POST', body: body as never })
    assert.equal(answer.status, 201)
    return (await answer.json()) as { readonly id: string }
  }
  const keysIn = async (app: TestApp<any>) => {
    await app.open.deliverNow()
    const keys: string[] = []
    for await (const { key } of app.open.fileStore.list('')) keys.push(key)
    return keys
  }

  test('come and go as on a disk, with their sizes and parts', async () => {
    const app = await start(false)
    const { id } = await upload(app, image)
    const original = await app.fetch(`/api/files/${id}/original`)
    assert.ok(Buffer.from(await original.arrayBuffer()).equals(image))
    const part = await app.fetch(`/api/files/${id}/original`, { headers: { range: 'bytes=1-3' } })
    assert.deepEqual([part.status, await part.text()], [206, 'PNG'])
    const small = await app.fetch(`/api/files/${id}/small`)
    assert.equal((await sharp(Buffer.from(await small.arrayBuffer())).metadata()).width, 50)
    assert.equal((await keysIn(app)).length, 2)
    assert.equal((await app.as({ id: 'ada' }).fetch(`/api/files/${id}`, { method: 'DELETE' })).status, 204)
    assert.deepEqual(await keysIn(app), [])
  })

  test('larger than a part come back as they were', async () => {
    const app = await start(false)
    const large = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(17_000_000, 'a')])
    const { id } = await upload(app, large)
    const original = await app.fetch(`/api/files/${id}/original`)
    assert.ok(Buffer.from(await original.arrayBuffer()).equals(large))
  })

  test('a bucket that does not answer is 503, and leaves no record', async () => {
    const app = await start(false)
    const { id } = await upload(app, image)
    server.fail(503, 503, 503)
    assert.equal((await app.fetch(`/api/files/${id}/original`)).status, 503)
    server.fail(500, 500, 500)
    const answer = await app.as({ id: 'ada' }).fetch('/api/files', { method: 'POST', body: image as never })
    assert.equal(answer.status, 503)
    assert.equal((await app.system.files!.find()).data.length, 1)
  })

  test('can be got from the bucket itself, by who may read them', async () => {
    const app = await start(true)
    const { id } = await upload(app, image)
    for (const size of ['original', 'small']) {
      const answer = await app.fetch(`/api/files/${id}/${size}`, { redirect: 'manual' })
      assert.equal(answer.status, 302)
      assert.match(answer.headers.get('cache-control')!, /no-store/)
      const direct = await fetch(answer.headers.get('location')!)
      assert.equal(direct.status, 200)
      assert.match(direct.headers.get('content-disposition')!, /^inline; filename="a/)
    }
    assert.equal((await app.fetch('/api/files/01890000-0000-7000-8000-000000000000/original')).status, 404)
  })
})
