import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { collection, defineApp, eq, everyone, manyToMany, or, reference, role, system, text } from 'galley'
import { files } from 'galley/files'
import { type ActingAs, createTestApp, type TestApp } from 'galley/testing'
import sharp from 'sharp'
import { databases } from '../databases.ts'

const products = collection('products', {
  fields: {
    name: text(),
    image: reference('files', { optional: true }),
    cover: reference('files', { optional: true, onDelete: 'setNull' }),
    more: manyToMany('files'),
  },
  rules: { read: everyone(), create: role('staff'), update: role('staff') },
})

const shop = defineApp({
  name: 'shop',
  collections: [products],
  roles: { staff: {} },
  features: [
    files({
      types: ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif', 'image/svg+xml', 'application/pdf'],
      maxBytes: 300_000,
      maxPixels: 4_000_000,
      sizes: {
        small: { width: 100 },
        square: { width: 50, height: 50, fit: 'cover', format: 'jpeg' },
        modern: { height: 60, format: 'avif' },
      },
      rules: { read: ({ row, actor }) => or(eq(row.owner, actor.id), eq(row.name, 'public.png'), role('staff')) },
    }),
  ],
})

interface Uploaded {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly bytes: number
  readonly sha256: string
  readonly width: number | null
  readonly height: number | null
}

const red = { r: 200, g: 10, b: 10 }
const picture = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: red } })
const png = await picture(400, 200).png().toBuffer()
const svg = Buffer.from(
  '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
)
const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n')

type Part =
  | readonly [name: string, value: string]
  | readonly [name: string, content: Buffer, fileName: string, type?: string]

function form(...parts: readonly Part[]): FormData {
  const data = new FormData()
  for (const [name, value, fileName, type = 'application/octet-stream'] of parts) {
    if (typeof value === 'string') data.append(name, value)
    else data.append(name, new Blob([value as never], { type }), fileName)
  }
  return data
}

for (const database of databases) {
  describe(`files on ${database.name}`, () => {
    let app: TestApp<any> // any: collections of features are not known
    let ada: ActingAs<any>
    let bob: ActingAs<any>
    let nowMs = Date.parse('2026-11-21T10:00:00Z')
    before(async () => {
      app = await createTestApp(shop, { database: await database.url(), clock: { nowMs: () => nowMs } })
      ada = app.as({ id: 'ada' })
      bob = app.as({ id: 'bob' })
    })
    after(() => app.close())

    const send = (who: ActingAs<any>, body: Buffer | FormData, name = 'a.png', headers: Record<string, string> = {}) =>
      who.fetch(`/api/files${body instanceof FormData ? '' : `?name=${encodeURIComponent(name)}`}`, {
        method: 'POST',
        body: body as never,
        headers,
      })
    async function upload(who: ActingAs<any>, body: Buffer | FormData, name?: string): Promise<Uploaded> {
      const answer = await send(who, body, name)
      const text = await answer.text()
      assert.equal(answer.status, 201, text)
      return JSON.parse(text)
    }
    const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code
    async function stored(): Promise<readonly string[]> {
      await app.open.deliverNow()
      const keys: string[] = []
      for await (const { key } of app.open.fileStore.list('')) keys.push(key)
      return keys.sort()
    }

    test('a file that is sent as the body comes back as it was', async () => {
      const file = await upload(ada, png, 'a red picture.png')
      assert.deepEqual(file, {
        id: file.id,
        name: 'a red picture.png',
        type: 'image/png',
        bytes: png.length,
        sha256: createHash('sha256').update(png).digest('hex'),
        width: 400,
        height: 200,
      })
      const answer = await ada.fetch(`/api/files/${file.id}/original`)
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('content-type'), 'image/png')
      assert.equal(answer.headers.get('etag'), `"${file.sha256}"`)
      assert.match(answer.headers.get('content-disposition')!, /^inline; filename="a red picture.png"/)
      assert.ok(Buffer.from(await answer.arrayBuffer()).equals(png))
    })

    test('a file in a form comes back as it was, with its name', async () => {
      const file = await upload(ada, form(['file', png, 'C:\\fakepath\\röd.png'], ['note', 'hello']))
      assert.deepEqual([file.name, file.type, file.bytes], ['röd.png', 'image/png', png.length])
      const answer = await ada.fetch(`/api/files/${file.id}/original`)
      const named = answer.headers.get('content-disposition')!
      assert.equal(named, `inline; filename="r_d.png"; filename*=UTF-8''r%C3%B6d.png`)
      assert.ok(Buffer.from(await answer.arrayBuffer()).equals(png))
    })

    test('the record is one like any other, and is there for who may read it', async () => {
      const file = await upload(ada, png, 'mine.png')
      const record = (await (await ada.fetch(`/api/files/${file.id}`)).json()) as Record<string, unknown>
      assert.equal(record.owner, 'ada')
      assert.equal(record.state, undefined)
      const list = (await (await ada.fetch('/api/files?filter[name][eq]=mine.png&limit=50')).json()) as {
        data: object[]
      }
      assert.equal(list.data.length, 1)
      for (const path of ['', '/original', '/small']) {
        assert.equal((await bob.fetch(`/api/files/${file.id}${path}`)).status, 404, path)
        assert.equal((await app.fetch(`/api/files/${file.id}${path}`)).status, 404, path)
      }
      assert.equal((await bob.fetch(`/api/files?filter[name][eq]=mine.png`)).status, 200)
      assert.equal((await bob.db.files!.find({ where: { name: 'mine.png' } })).data.length, 0)
      assert.equal((await app.as({ id: 'sue', roles: ['staff'] }).fetch(`/api/files/${file.id}/small`)).status, 200)
    })

    test('nobody in particular uploads nothing, and nothing of what they send is kept', async () => {
      const before = await stored()
      assert.equal((await send(app, png)).status, 401)
      assert.equal((await send(app, form(['file', png, 'a.png']))).status, 401)
      assert.deepEqual(await stored(), before)
      assert.equal(await unfinished(), 0)
    })

    test('what the feature has found out, nobody says', async () => {
      const { id } = await upload(ada, png)
      const staff = app.as({ id: 'sue', roles: ['staff'] })
      for (const values of [
        { type: 'text/html' },
        { sha256: 'x' },
        { state: 'used' },
        { bytes: 1 },
        { owner: 'bob' },
      ]) {
        await assert.rejects(ada.db.files!.create(values))
        await assert.rejects(ada.db.files!.update(id, values))
        await assert.rejects(staff.db.files!.update(id, values))
        const batch = { operations: [{ op: 'create', collection: 'files', values }] }
        const headers = { 'content-type': 'application/json' }
        const answer = await ada.fetch('/api/batch', { method: 'POST', body: JSON.stringify(batch), headers })
        assert.ok(answer.status >= 400)
      }
      const empty = (await ada.db.files!.create({ name: 'no bytes' })) as { id: string }
      assert.equal((await ada.fetch(`/api/files/${empty.id}/original`)).status, 404)
      assert.equal((await ada.fetch(`/api/files/${empty.id}`)).status, 404)
      await app.system.files!.delete(empty.id)
    })

    test('a file is what its content is, whatever is claimed', async () => {
      const claims = [
        await upload(ada, png, 'page.html'),
        JSON.parse(await (await send(ada, png, 'a.pdf', { 'content-type': 'text/html' })).text()) as Uploaded,
        await upload(ada, form(['file', png, 'a.svg', 'image/svg+xml'])),
      ]
      for (const { id, type } of claims) {
        assert.equal(type, 'image/png')
        const { headers } = await ada.fetch(`/api/files/${id}/original`)
        assert.equal(headers.get('content-type'), 'image/png')
        assert.equal(headers.get('x-content-type-options'), 'nosniff')
        assert.match(headers.get('content-security-policy')!, /default-src 'none'.*sandbox/)
      }
    })

    test('what is not taken is refused, and leaves nothing', async () => {
      const before = await stored()
      const html = Buffer.from('<!doctype html><script>alert(1)</script>')
      const refused: readonly (readonly [Buffer, string])[] = [
        [html, 'files_type_refused'],
        [Buffer.from(`\xef\xbb\xbf  ${html}`), 'files_type_refused'],
        [Buffer.from('<html><svg></svg>'), 'files_type_refused'],
        [Buffer.from('MZ\x90\0 a program'), 'files_type_refused'],
        [randomBytes(5_000), 'files_type_refused'],
        [Buffer.from(' %PDF-1.7'), 'files_type_refused'],
        [Buffer.alloc(0), 'files_empty'],
        [png.subarray(0, 8), 'files_damaged'],
        [png.subarray(0, png.length / 2), 'files_damaged'],
        [Buffer.concat([Buffer.from('GIF89a'), html]), 'files_damaged'],
        [Buffer.concat([Buffer.from('\xff\xd8\xff\xe0', 'latin1'), html]), 'files_damaged'],
        [Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPVP8 '), randomBytes(500)]), 'files_damaged'],
        [Buffer.concat([Buffer.from('\0\0\0\x1cftypavif', 'latin1'), randomBytes(500)]), 'files_damaged'],
      ]
      for (const [content, code] of refused) {
        const answer = await send(ada, content, 'a.png', { 'content-type': 'image/png' })
        assert.equal(answer.status, 422, code)
        assert.equal(await codeOf(answer), code)
        const inForm = await send(ada, form(['file', content, 'a.png', 'image/png']))
        assert.equal(inForm.status, 422, code)
      }
      assert.deepEqual(await stored(), before)
      assert.equal(await unfinished(), 0)
    })

    test('an image whose pixels would fill the memory is refused before they do', async () => {
      const bomb = await picture(2_100, 2_000).png({ compressionLevel: 9 }).toBuffer()
      assert.ok(bomb.length < 30_000)
      const answer = await send(ada, bomb)
      assert.equal(answer.status, 422)
      assert.equal(await codeOf(answer), 'files_too_many_pixels')
      const lying = Buffer.from(png)
      lying.writeUInt32BE(60_000, 16) // its header says 60 000 × 60 000
      lying.writeUInt32BE(60_000, 20)
      assert.equal((await send(ada, lying)).status, 422)
    })

    test('an image with something else behind it is an image, and its sizes have nothing of the rest', async () => {
      const polyglot = Buffer.concat([
        await picture(300, 300).jpeg().toBuffer(),
        Buffer.from('<script>alert(1)</script>PK\x03\x04'),
      ])
      const file = await upload(ada, polyglot, 'a.html')
      const original = await ada.fetch(`/api/files/${file.id}/original`)
      assert.equal(original.headers.get('content-type'), 'image/jpeg')
      const small = Buffer.from(await (await ada.fetch(`/api/files/${file.id}/small`)).arrayBuffer())
      assert.equal(small.indexOf('script'), -1)
    })

    test('what could run is given out for saving only', async () => {
      for (const [content, type] of [
        [svg, 'image/svg+xml'],
        [pdf, 'application/pdf'],
      ] as const) {
        const file = await upload(ada, content, 'a.png')
        assert.equal(file.type, type)
        assert.deepEqual([file.width, file.height], [null, null])
        const { headers } = await ada.fetch(`/api/files/${file.id}/original`)
        assert.match(headers.get('content-disposition')!, /^attachment; /)
        assert.match(headers.get('content-security-policy')!, /sandbox/)
        const small = await ada.fetch(`/api/files/${file.id}/small`)
        assert.equal(small.status, 404)
        assert.equal(await codeOf(small), 'files_not_an_image')
      }
    })

    test('a name is only a name', async () => {
      const names: readonly (readonly [string, string])[] = [
        ['../../../etc/passwd', 'passwd'],
        ['..\\..\\boot.ini', 'boot.ini'],
        ['a"; filename="b.html', 'a"; filename="b.html'],
        ['evil\r\nSet-Cookie: a=b', 'evilSet-Cookie: a=b'],
        ['photo\u202egnp.exe', 'photognp.exe'],
        ['/', 'file'],
        ['x'.repeat(250), 'x'.repeat(200)],
      ]
      for (const [sent, kept] of names) {
        const file = await upload(ada, png, sent)
        assert.equal(file.name, kept)
        const { headers } = await ada.fetch(`/api/files/${file.id}/original`)
        assert.doesNotMatch(headers.get('content-disposition')!, /filename="[^"]*"[^;]*"/)
        assert.equal(headers.get('set-cookie'), null)
      }
      for (const key of await stored()) assert.match(key, /^files-[0-9a-f-]{36}\/[a-z0-9.-]+$/)
      assert.equal((await ada.fetch('/api/files/..%2f..%2fetc/original')).status, 404)
      assert.equal((await ada.fetch(`/api/files/${(await upload(ada, png)).id}/..%2foriginal`)).status, 404)
    })

    test('more bytes than are taken are 413, however they come', async () => {
      const before = await stored()
      const large = Buffer.concat([png, Buffer.alloc(300_001 - png.length)])
      const exact = await upload(ada, large.subarray(0, 300_000))
      assert.equal(exact.bytes, 300_000)
      assert.equal((await upload(ada, form(['file', large.subarray(0, 300_000), 'a.png']))).bytes, 300_000)
      for (const body of [
        large,
        form(['file', large, 'a.png']),
        form(['file', Buffer.concat([large, large]), 'a.png']),
      ]) {
        const answer = await send(ada, body)
        assert.equal(answer.status, 413)
        assert.equal(await codeOf(answer), 'http_body_too_large')
      }
      assert.equal((await stored()).length, before.length + 2)
      assert.equal(await unfinished(), 0)
    })

    test('a form that is not one file is refused, and leaves nothing', async () => {
      const before = await stored()
      const two = form(['file', png, 'a.png'], ['more', png, 'b.png'])
      const fields = form(...Array.from({ length: 20 }, (_none, index) => [`note${index}`, 'x'] as const), [
        'file',
        png,
        'a.png',
      ])
      for (const body of [two, form(['note', 'no file']), fields, form()]) {
        const answer = await send(ada, body)
        assert.equal(answer.status, 400)
        assert.equal(await codeOf(answer), 'files_form_unreadable')
      }
      const type = 'multipart/form-data; boundary=x'
      const broken = [
        '',
        'nonsense',
        '--x\r\n',
        '--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nabc',
        `--x\r\n${'A: b\r\n'.repeat(5_000)}\r\n--x--`,
      ]
      for (const text of broken) {
        const answer = await send(ada, Buffer.from(text), 'a', { 'content-type': type })
        assert.ok([400, 413, 422].includes(answer.status), `${answer.status} ${text.slice(0, 50)}`)
      }
      assert.equal((await send(ada, png, 'a', { 'content-type': 'multipart/form-data' })).status, 400)
      assert.deepEqual(await stored(), before)
      assert.equal(await unfinished(), 0)
    })

    test('a client that leaves half-way leaves nothing', async () => {
      const before = await stored()
      const head = `POST /api/files HTTP/1.1\r\nHost: x\r\nAuthorization: ${await tokenOf(ada)}\r\n`
      const part = '--x\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n\r\n'
      await leave(`${head}Content-Length: 200000\r\n\r\n`, png)
      await leave(`${head}Transfer-Encoding: chunked\r\n\r\n${png.length.toString(16)}\r\n`, png)
      await leave(`${head}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 200000\r\n\r\n${part}`, png)
      await leave(`${head}Content-Length: 200000\r\n\r\n`, Buffer.from('abc'))
      for (let count = 0; (await unfinished()) > 0 && count < 200; count += 1) await wait(10)
      assert.equal(await unfinished(), 0)
      assert.deepEqual(await stored(), before)
      await upload(ada, png) // and all goes on
    })

    test('a file that is deleted while it comes is gone, with its bytes', async () => {
      const before = await stored()
      const { promise, resolve } = Promise.withResolvers<void>()
      const slow = (async function* () {
        yield png.subarray(0, png.length - 10)
        await promise
        yield png.subarray(png.length - 10)
      })()
      const sending = ada.fetch('/api/files', {
        method: 'POST',
        body: ReadableStream.from(slow),
        duplex: 'half',
      } as never)
      const coming = { where: { state: 'uploading' } }
      while ((await app.system.files!.find(coming)).data.length === 0) await wait(5)
      await app.system.files!.delete((await app.system.files!.find(coming)).data[0]!.id)
      resolve()
      const answer = await sending
      assert.equal(answer.status, 404)
      assert.equal(await codeOf(answer), 'operation_not_found')
      assert.deepEqual(await stored(), before)
    })

    test('sizes are what they are declared to be, and made once', async () => {
      const { id } = await upload(ada, png)
      const size = async (name: string) => {
        const answer = await ada.fetch(`/api/files/${id}/${name}`)
        assert.equal(answer.status, 200)
        const content = Buffer.from(await answer.arrayBuffer())
        assert.equal(answer.headers.get('content-length'), String(content.length))
        const { width, height } = await sharp(content).metadata()
        return [answer.headers.get('content-type'), width, height]
      }
      const all = await Promise.all(Array.from({ length: 20 }, () => size('small')))
      for (const one of all) assert.deepEqual(one, ['image/webp', 100, 50])
      assert.deepEqual(await size('square'), ['image/jpeg', 50, 50])
      assert.deepEqual(await size('modern'), ['image/avif', 120, 60])
      const own = (await stored()).filter((key) => key.startsWith(`files-${id}/`))
      assert.equal(own.length, 4)
      assert.equal((await ada.fetch(`/api/files/${id}/huge`)).status, 404)
    })

    test('images are not made larger than they are', async () => {
      const { id } = await upload(ada, await picture(20, 10).png().toBuffer())
      const answer = await ada.fetch(`/api/files/${id}/small`)
      assert.equal((await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).width, 20)
    })

    test('a size is turned as it should be, and has nothing of what the camera wrote', async () => {
      const shot = await picture(300, 100)
        .withExif({ IFD0: { Artist: 'Ada was here' }, IFD3: { GPSLatitude: '52/1 31/1 0/1' } })
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer()
      const file = await upload(ada, shot)
      assert.deepEqual([file.width, file.height], [100, 300])
      const small = Buffer.from(await (await ada.fetch(`/api/files/${file.id}/square`)).arrayBuffer())
      const { exif, orientation, xmp, iptc } = await sharp(small).metadata()
      assert.deepEqual([exif, orientation, xmp, iptc], [undefined, undefined, undefined, undefined])
      const wide = await sharp(
        Buffer.from(await (await ada.fetch(`/api/files/${file.id}/modern`)).arrayBuffer()),
      ).metadata()
      assert.deepEqual([wide.width, wide.height], [20, 60])
    })

    test('every kind of image that is taken has sizes', async () => {
      for (const format of ['jpeg', 'png', 'webp', 'avif', 'gif'] as const) {
        const file = await upload(ada, await picture(200, 100).toFormat(format).toBuffer())
        assert.deepEqual([file.type, file.width, file.height], [`image/${format}`, 200, 100])
        assert.equal((await ada.fetch(`/api/files/${file.id}/small`)).status, 200, format)
      }
    })

    test('parts, HEAD and tags are those of the bytes', async () => {
      const { id, sha256 } = await upload(ada, png)
      const path = `/api/files/${id}/original`
      const part = await ada.fetch(path, { headers: { range: 'bytes=10-19' } })
      assert.equal(part.status, 206)
      assert.ok(Buffer.from(await part.arrayBuffer()).equals(png.subarray(10, 20)))
      assert.equal((await ada.fetch(path, { headers: { range: `bytes=${png.length}-` } })).status, 416)
      const head = await ada.fetch(path, { method: 'HEAD' })
      assert.equal(head.headers.get('content-length'), String(png.length))
      assert.equal((await ada.fetch(path, { headers: { 'if-none-match': `"${sha256}"` } })).status, 304)
      const small = await ada.fetch(`/api/files/${id}/small`)
      const tag = small.headers.get('etag')!
      assert.equal((await ada.fetch(`/api/files/${id}/small`, { headers: { 'if-none-match': tag } })).status, 304)
      // Whoever may not read it is not told that they have it.
      assert.equal((await bob.fetch(path, { headers: { 'if-none-match': `"${sha256}"` } })).status, 404)
    })

    test('what everybody may read is kept by caches, anything else by nobody', async () => {
      const { id } = await upload(ada, png, 'public.png')
      assert.ok(!('owner' in ((await (await app.fetch(`/api/files/${id}`)).json()) as object)))
      const open = await app.fetch(`/api/files/${id}/small`)
      assert.equal(open.headers.get('cache-control'), 'public, max-age=86400, immutable')
      assert.equal(open.headers.get('cross-origin-resource-policy'), 'cross-origin')
      const own = await ada.fetch(`/api/files/${(await upload(ada, png)).id}/small`)
      assert.equal(own.headers.get('cache-control'), 'private, no-cache')
      assert.equal(own.headers.get('cross-origin-resource-policy'), 'same-origin')
    })

    test('a repetition with the same key is the same file, and leaves no second one', async () => {
      const key = { 'idempotency-key': 'upload-1' }
      const first = (await (await send(ada, png, 'a.png', key)).json()) as Uploaded
      const before = await stored()
      const again = await send(ada, png, 'a.png', key)
      assert.equal(again.status, 201)
      assert.equal(((await again.json()) as Uploaded).id, first.id)
      assert.equal((await send(ada, pdf, 'a.png', key)).status, 422)
      assert.equal((await send(ada, png, 'b.png', key)).status, 422)
      assert.deepEqual(await stored(), before)
      assert.equal(await unfinished(), 0)
    })

    test('records refer to files, of those whom they may read', async () => {
      const staff = app.as({ id: 'sue', roles: ['staff'] })
      const { id } = await upload(staff, png)
      const product = (await staff.db.products!.create({ name: 'Pot', image: id })) as { id: string }
      const shown = (await (await staff.fetch(`/api/products/${product.id}?expand=image`)).json()) as {
        image: Uploaded
      }
      assert.equal(shown.image.sha256.length, 64)
      const hidden = (await (await bob.fetch(`/api/products/${product.id}?expand=image`)).json()) as { image: null }
      assert.equal(hidden.image, null)
      await assert.rejects(staff.db.products!.create({ name: 'Pot', image: '01890000-0000-7000-8000-000000000000' }))
      const inUse = await staff.fetch(`/api/files/${id}`, { method: 'DELETE' })
      assert.equal(inUse.status, 409)
      assert.equal((await staff.fetch(`/api/files/${id}/original`)).status, 200)
    })

    test('a deleted file is gone with all its sizes, once that is certain', async () => {
      const { id } = await upload(ada, png)
      await ada.fetch(`/api/files/${id}/small`)
      const own = async () => (await stored()).filter((key) => key.startsWith(`files-${id}/`))
      assert.equal((await own()).length, 2)
      assert.equal((await bob.fetch(`/api/files/${id}`, { method: 'DELETE' })).status, 404)
      const undone = app.open.operations.transact(
        { actor: system, now: new Date(nowMs).toISOString(), requestId: 'x' },
        async ({ db }) => {
          await db.files!.delete(id)
          throw new Error('undone')
        },
      )
      await assert.rejects(undone, /undone/)
      assert.equal((await own()).length, 2)
      assert.equal((await ada.fetch(`/api/files/${id}`, { method: 'DELETE' })).status, 204)
      assert.deepEqual(await own(), [])
      assert.equal((await ada.fetch(`/api/files/${id}/small`)).status, 404)
    })

    test('what nothing refers to is removed a day later, what is referred to stays', async () => {
      const staff = app.as({ id: 'sue', roles: ['staff'] })
      const unused = await upload(staff, png, 'unused.png')
      const used = await upload(staff, png, 'used.png')
      const linked = await upload(staff, png, 'linked.png')
      const pot = { name: 'Pot', cover: used.id, more: [linked.id] }
      const product = (await staff.db.products!.create(pot)) as { id: string }
      // As a crash leaves it: the bytes are there, and nobody has said so.
      const half = (await app.system.files!.create({ name: 'half.png' })) as { id: string }
      await app.open.fileStore.put(`files-${half.id}/original`, png)
      const isThere = async (id: string) => (await app.system.files!.findOne(id)) !== undefined
      nowMs += 23 * 3_600_000
      await app.open.tidy()
      assert.deepEqual([await isThere(unused.id), await isThere(used.id), await isThere(half.id)], [true, true, true])
      nowMs += 2 * 3_600_000
      const late = await upload(staff, png, 'late.png')
      await app.open.tidy()
      assert.deepEqual([await isThere(unused.id), await isThere(used.id), await isThere(half.id)], [false, true, false])
      for (const { id } of [used, linked]) assert.equal((await app.system.files!.get(id)).state, 'used')
      assert.ok(await isThere(late.id))
      const keys = await stored()
      assert.ok(!keys.some((key) => key.startsWith(`files-${unused.id}/`) || key.startsWith(`files-${half.id}/`)))
      assert.ok(keys.includes(`files-${used.id}/original`))
      await staff.db.products!.update(product.id, { cover: null })
      nowMs += 48 * 3_600_000
      await app.open.tidy()
      assert.ok(await isThere(used.id))
    })

    test('many who upload and ask for sizes at once are all served', async () => {
      const sent = await Promise.all(
        Array.from({ length: 20 }, (_none, index) => upload(ada, png, `many-${index}.png`)),
      )
      const answers = await Promise.all(sent.map(({ id }) => ada.fetch(`/api/files/${id}/square`)))
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
    })

    test('the documentation says how files are sent and got', async () => {
      const { paths } = (await (await app.fetch('/api/openapi.json')).json()) as { paths: Record<string, any> } // any: only looked into
      assert.equal(paths['/api/files'].post.summary, 'Upload a file')
      assert.equal(paths['/api/files'].get.tags[0], 'files')
      assert.ok(paths['/api/files/{id}/{size}'].get.responses['206'])
      assert.ok(paths['/api/files/{id}'].get)
    })

    /** A count of what is neither there nor gone. */
    async function unfinished(): Promise<number> {
      return (await app.system.files!.find({ where: { state: 'uploading' } })).data.length
    }

    async function tokenOf(who: ActingAs<any>): Promise<string> {
      return `Test ${JSON.stringify(who.actor)}`
    }

    async function leave(head: string, bytes: Buffer): Promise<void> {
      const socket = connect(Number(new URL(await app.url()).port), '127.0.0.1')
      socket.on('error', () => {})
      socket.write(head)
      socket.write(bytes)
      await wait(60)
      socket.destroy()
    }
  })
}
