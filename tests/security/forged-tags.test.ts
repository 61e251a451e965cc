import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collection, defineApp, everyone, text } from 'galley'
import { createTestApp } from 'galley/testing'

const notes = collection('notes', {
  fields: { text: text() },
  rules: { read: everyone(), create: everyone(), update: everyone() },
})

/**
 * Whoever writes a part of a list chooses a part of what its entity tag is made of. If that were made by MurmurHash3, sixteen bytes
 * would undo whatever was changed before them; some that are plain text are found at once.
 */
test('nobody can change what a list says and leave its entity tag as it was', async () => {
  const app = await createTestApp(defineApp({ name: 'Diary', collections: [notes] }) as never)
  try {
    const url = await app.url()
    const send = (path: string, method: string, body?: object, headers = {}) =>
      fetch(new URL(path, url), {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body && { body: JSON.stringify(body) }),
      })
    const before = `harmless${' '.repeat(92)}`
    const { id } = (await (await send('/api/notes', 'POST', { text: before })).json()) as { id: string }
    const list = '/api/notes?fields=text'
    const shown = await send(list, 'GET')
    const tag = shown.headers.get('etag')!
    const old = await shown.text()
    const after = forged(old, before)
    await send(`/api/notes/${id}`, 'PATCH', { text: after })
    const asked = await send(list, 'GET', undefined, { 'if-none-match': tag })
    assert.equal(asked.status, 200, 'who has seen the old list is told of the new one')
    assert.match(await asked.text(), /harmful!/)
  } finally {
    await app.close()
  }
})

const factors = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93]
const inner = [15, 16, 17, 18]
const outer = [19, 17, 15, 13]
const added = [0x561ccd1b, 0x0bcaa747, 0x96cd1c35, 0x32ac3b17]
const oneFifth = 0xcccccccd

/** Another text in place of `before`, that brings MurmurHash3_x86_128 of `old` to the same state. */
function forged(old: string, before: string): string {
  const start = old.indexOf(before)
  const first = Math.ceil((start + 8) / 16) * 16 // the first whole block behind what is harmful
  const changed = old.replace('harmless', 'harmful!')
  const target = stateAfter(old, first + 32)
  const begun = stateAfter(changed, first)
  const block = undoneBlock(begun, target)
  return (changed.slice(0, first) + block + old.slice(first + 32)).slice(start, start + before.length)
}

/** Thirty-two plain characters that lead from one state to another: each word of the second half hangs on two of the first. */
function undoneBlock(begun: readonly number[], target: readonly number[]): string {
  const free = ['....', '....', '....', '....']
  for (let words = 1, trial = 0; words < 4; trial += 1) {
    free[words] = trial.toString(36).padStart(4, '.')
    const state = [...begun]
    mix(state, Buffer.from(free.join('')), 0)
    const undoing = blockBetween(state, target)
    if (!(words === 3 ? undoing : undoing.slice(0, 4 * words)).match(/^[ !#-[\]-~]*$/)) continue
    if (words === 3) return free.join('') + undoing
    words += 1
    trial = 0
  }
  throw new Error('unreachable')
}

function stateAfter(text: string, length: number): number[] {
  const state = [0, 0, 0, 0]
  const bytes = Buffer.from(text)
  for (let at = 0; at < length; at += 16) mix(state, bytes, at)
  return state
}

function mix(state: number[], bytes: Buffer, at: number): void {
  for (let index = 0; index < 4; index += 1) {
    const scrambled = Math.imul(
      rotated(Math.imul(bytes.readUInt32LE(at + 4 * index), factors[index]!), inner[index]!),
      factors[(index + 1) % 4]!,
    )
    const sum = rotated(state[index]! ^ scrambled, outer[index]!) + state[(index + 1) % 4]!
    state[index] = (Math.imul(sum, 5) + added[index]!) | 0
  }
}

/** The block that leads from one state to another. */
function blockBetween(from: readonly number[], to: readonly number[]): string {
  const block = Buffer.alloc(16)
  for (let index = 0; index < 4; index += 1) {
    const next = index === 3 ? to[0]! : from[index + 1]!
    const sum = Math.imul((to[index]! - added[index]!) | 0, oneFifth)
    const scrambled = rotated((sum - next) | 0, 32 - outer[index]!) ^ from[index]!
    const turned = rotated(Math.imul(scrambled, inverse(index + 1)), 32 - inner[index]!)
    block.writeInt32LE(Math.imul(turned, inverse(index)), 4 * index)
  }
  return block.toString('latin1')
}

const inverses = factors.map((factor) => {
  let inverse = factor
  for (let step = 0; step < 5; step += 1) inverse = Math.imul(inverse, 2 - Math.imul(factor, inverse))
  return inverse
})

function inverse(index: number): number {
  return inverses[index % 4]!
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
