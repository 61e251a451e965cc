import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createTestApp } from 'galley/testing'
import { crashingShop } from './crashing-shop.ts'

const root = mkdtempSync(join(tmpdir(), 'galley-crash-'))
after(() => rmSync(root, { recursive: true, force: true }))

const twoDaysMs = 2 * 86_400_000

test('a server that is killed while files come and go leaves nothing behind', { timeout: 60_000 }, async () => {
  const dataDir = join(root, 'data')
  const place = { database: `sqlite:${join(root, 'shop.db')}`, surroundings: { dataDir } }
  const child = spawn(process.execPath, [join(import.meta.dirname, 'crashing-shop.ts'), JSON.stringify(place)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const url = String((await once(child.stdout, 'data'))[0]).trim()
  const send = (bytes: number) => fetch(`${url}/api/files`, { method: 'POST', body: Buffer.alloc(bytes, 'a') as never })
  const kept = (await (await send(50_000)).json()) as { id: string }
  const gone = (await (await send(50_000)).json()) as { id: string }
  const half = connect(Number(new URL(url).port), '127.0.0.1')
  half.on('error', () => {})
  half.write(`POST /api/files HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n${'a'.repeat(500_000)}`)
  await wait(300)
  assert.equal((await fetch(`${url}/api/files/${gone.id}`, { method: 'DELETE' })).status, 204)
  child.kill('SIGKILL') // the record is gone, its bytes are not: nobody does jobs there
  await once(child, 'exit')
  const drafts = join(dataDir, 'files/drafts')
  assert.equal(readdirSync(drafts).length, 1)
  for (const name of readdirSync(drafts)) utimesSync(join(drafts, name), 0, 0) // two days ago

  const app = await createTestApp<any>(crashingShop, { ...place, clock: { nowMs: () => Date.now() + twoDaysMs } }) // any: collections of features are not known
  after(() => app.close())
  assert.equal((await app.system.files!.find()).data.length, 2) // one of them has not come
  await app.system.files!.update(kept.id, { state: 'used' })
  await app.open.tidy()
  await app.open.deliverNow()
  assert.deepEqual(
    (await app.system.files!.find()).data.map((file) => file.id),
    [kept.id],
  )
  const again = await app.fetch('/api/files', { method: 'POST', body: Buffer.alloc(10, 'a') as never })
  const { id } = (await again.json()) as { id: string }
  const keys: string[] = []
  for await (const { key } of app.open.fileStore.list('')) keys.push(key)
  assert.deepEqual(keys.sort(), [`files-${kept.id}/original`, `files-${id}/original`].sort())
  assert.deepEqual(readdirSync(drafts), [])
})
