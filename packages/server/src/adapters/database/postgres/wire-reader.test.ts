import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type WireAnswers, WireReader } from './wire-reader.ts'

test('messages are the same wherever the network cuts them', () => {
  const stream = Buffer.concat([
    row('one'),
    tag('SELECT 1'),
    row('zwei 🍵'),
    row(''),
    tag('SELECT 2'),
    message('Z', 'I'),
  ])
  const whole = ['one', 'SELECT 1', 'zwei 🍵', '', 'SELECT 2', 'Z']
  for (let size = 1; size <= stream.length; size += 1) {
    const { heard, reader } = listening(() => true)
    for (let at = 0; at < stream.length; at += size) reader.read(stream.subarray(at, at + size))
    assert.deepEqual(heard, whole, `in pieces of ${size}`)
  }
})

test('what nobody asked for, and what is asked for by others, goes to pg in its order', () => {
  let isTaken = false
  const { heard, reader } = listening(() => isTaken)
  reader.read(Buffer.concat([message('D', 'theirs'), message('N', 'notice')]))
  isTaken = true
  reader.read(
    Buffer.concat([message('2', ''), row('ours'), message('N', 'notice'), row('ours too'), message('E', 'error')]),
  )
  assert.deepEqual(heard, ['DN', 'ours', 'N', 'ours too', 'E'])
})

test('a message of many pieces is put together once', () => {
  const text = 'x'.repeat(5_000_000)
  const { heard, reader } = listening(() => true)
  const stream = row(text)
  for (let at = 0; at < stream.length; at += 65_536) reader.read(stream.subarray(at, at + 65_536))
  assert.ok(heard[0] === text)
})

function listening(isTaken: () => boolean): { readonly heard: string[]; readonly reader: WireReader } {
  const heard: string[] = []
  const taker: WireAnswers = {
    takeRow: (bytes, begin) => heard.push(bytes.toString('utf8', begin + 6, begin + 6 + bytes.readInt32BE(begin + 2))),
    takeTag: (bytes, begin, end) => heard.push(bytes.toString('utf8', begin, end - 1)),
  }
  const pass = (bytes: Buffer) => heard.push(kindsOf(bytes))
  return { heard, reader: new WireReader(() => (isTaken() ? taker : undefined), pass) }
}

function kindsOf(bytes: Buffer): string {
  let kinds = ''
  for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1)) kinds += String.fromCharCode(bytes[at]!)
  return kinds
}

function message(kind: string, body: string | Buffer): Buffer {
  const bytes = Buffer.from(body as string)
  const head = Buffer.from(`${kind}....`)
  head.writeInt32BE(bytes.length + 4, 1)
  return Buffer.concat([head, bytes])
}

function row(text: string): Buffer {
  const head = Buffer.alloc(6)
  head.writeInt16BE(1)
  head.writeInt32BE(Buffer.byteLength(text), 2)
  return message('D', Buffer.concat([head, Buffer.from(text)]))
}

function tag(text: string): Buffer {
  return message('C', `${text}\0`)
}
