import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { collection, defineApp, everyone, json } from 'galley'
import { createTestApp } from 'galley/testing'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const pieces = 300_000
const notes = collection('notes', { fields: { content: json() }, rules: { create: everyone(), read: everyone() } })

test('a body that comes byte by byte takes no more memory than one that comes at once', async (t) => {
  const app = await createTestApp(defineApp({ name: 'notes', collections: [notes] }))
  t.after(() => app.close())
  const { port, host } = new URL(await app.url())
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  const heads = ['POST /api/notes HTTP/1.1', `Host: ${host}`, 'Content-Type: application/json', 'Connection: close']
  socket.write(`${heads.join('\r\n')}\r\nTransfer-Encoding: chunked\r\n\r\n`)
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  for (const letter of '{"content":') socket.write(`1\r\n${letter}\r\n`)
  for (let sent = 0; sent < pieces; sent += 10_000)
    if (!socket.write('1\r\n \r\n'.repeat(10_000))) await once(socket, 'drain')
  await new Promise((resolve) => setTimeout(resolve, 200)) // until they are read
  collectGarbage()
  const kept = process.memoryUsage().heapUsed - before
  assert.ok(kept < 10_000_000, `${kept} bytes are kept`)

  socket.write('4\r\n"x"}\r\n0\r\n\r\n')
  let answer = ''
  for await (const part of socket) answer += part
  assert.match(answer, /^HTTP\/1.1 201/)
  const [note] = (await app.system.notes.find({})).data
  assert.equal(note?.content, 'x')
})
