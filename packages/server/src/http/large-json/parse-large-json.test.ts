import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { GalleyError } from '../../base/error.ts'
import { parseJson } from '../parse-json.ts'
import { parseLargeJson } from './parse-large-json.ts'

const maxDepth = 5

/** What a body comes to, by either way of parsing. */
async function outcome(parse: () => unknown) {
  try {
    return { value: await parse() }
  } catch (error) {
    const { code, details } = error as GalleyError
    return { code, where: (details as { where?: string }).where ?? '' }
  }
}

/** Equal with their members in equal order, and an error at an equal place where both know it. */
async function assertEqual(bytes: Buffer, pieceBytes?: number): Promise<void> {
  const plain = await outcome(() => parseJson(bytes, maxDepth))
  const large = await outcome(() => parseLargeJson(bytes, maxDepth, pieceBytes))
  const text = bytes.toString('latin1').slice(0, 200)
  if (!('code' in plain) || !('code' in large)) {
    assert.deepEqual(large, plain, text)
    assert.equal(JSON.stringify(large), JSON.stringify(plain), text)
    return
  }
  assert.equal(large.code, plain.code, text)
  if (large.where !== '' && plain.where !== '') assert.equal(large.where, plain.where, text)
}

const pieceSize = fc.integer({ min: 1, max: 30 })
// No name is a backslash alone: V8 then takes the name \" for it as well, in the same place of the next object (Node 26.10).
const names = fc.constantFrom('a', 'b', '', '1', '__proto__', 'constructor', 'prototype', 'é', 'a\\b', '"')
const texts = fc.array(fc.constantFrom('\\', '"', '[', '{', ',', ':', 'x', 'é', '😀', '\n', '\u0000', 'x'.repeat(45)))
const { document } = fc.letrec((tie) => ({
  document: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      texts.map((pieces) => JSON.stringify(pieces.join(''))),
      texts.map((pieces) => `"${[...pieces.join('')].map(escaped).join('')}"`),
      fc.constantFrom('null', 'true', '0', '-1.5e300', '1e999', '123456789012345678901234567890'),
    ),
    fc.array(tie('document') as fc.Arbitrary<string>).map((items) => `[ ${items.join(' ,\n')}]`),
    fc
      .array(fc.tuple(names, tie('document') as fc.Arbitrary<string>))
      .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)} : ${value}`).join(', ')}\t}`),
  ),
}))

function escaped(character: string): string {
  return [...character.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
}

test('a document cut anywhere is parsed as a whole one, with duplicate and dangerous names', async () => {
  await fc.assert(
    fc.asyncProperty(document, pieceSize, (text, size) => assertEqual(Buffer.from(text as string), size)),
    { numRuns: 1000 },
  )
})

test('whatever is wrong in a document is found, and told with the same code and place', async () => {
  const wrong = fc.constantFrom(...'[]{},:"\\u0e.-tx \n\u0001', '""', '[]', '\ufeff', '\xff')
  await fc.assert(
    fc.asyncProperty(document, fc.nat(), fc.nat({ max: 2 }), wrong, pieceSize, (text, place, cut, insert, size) => {
      const bytes = Buffer.from(text as string)
      const at = place % (bytes.length + 1)
      const inserted = Buffer.from(insert, insert === '\xff' ? 'latin1' : 'utf8')
      return assertEqual(Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + cut)]), size)
    }),
    { numRuns: 3000 },
  )
})

test('what only looks like a document is refused as a whole one is', async () => {
  const tokens = fc.constantFrom(...'[]{},:1 ', '"a"', '"a":', '"__proto__":', 'null', '[1]', '{"b":2}', '"\\u00')
  await fc.assert(
    fc.asyncProperty(fc.array(tokens, { maxLength: 30 }), fc.integer({ min: 1, max: 6 }), (soup, size) =>
      assertEqual(Buffer.from(soup.join('')), size),
    ),
    { numRuns: 5000 },
  )
})

const megabyte = 1_000_000
const large: Readonly<Record<string, string>> = {
  'many records': JSON.stringify({ rows: Array.from({ length: 20_000 }, (_, id) => ({ id, name: `Name ${id}` })) }),
  'many members': JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (_, id) => [`m${id}`, [id]]))),
  'one long text': JSON.stringify({ text: 'Zeile "eins"\nZeile zwei é 😀\n'.repeat(40_000) }),
  'a text of escapes': `"${'\\u00e9'.repeat(megabyte / 6)}"`,
  'a long name': JSON.stringify({ [`${'name"'.repeat(megabyte / 5)}`]: 1 }),
  digits: '1'.repeat(megabyte),
  'spaces before a long name': `{${' '.repeat(megabyte)}"${'k'.repeat(megabyte)}":1}`,
  'nothing but brackets': '['.repeat(megabyte),
  'nothing but closing brackets': ']'.repeat(megabyte),
  'nothing but quotes': '"'.repeat(megabyte),
  'nothing but backslashes': `"${'\\'.repeat(megabyte)}"`,
  'escaped quotes without an end': `"${'\\"'.repeat(megabyte / 2)}`,
  'empty lists': `[${'[],'.repeat(megabyte / 3)}[]]`,
  'a comma too many': `[${'[],'.repeat(megabyte / 3)}]`,
}

for (const [label, text] of Object.entries(large)) {
  test(`a megabyte is parsed as a whole: ${label}`, () => assertEqual(Buffer.from(text)))
}

test('others have their turns meanwhile', async () => {
  const bytes = Buffer.from(JSON.stringify(Array.from({ length: 200_000 }, (_, id) => ({ id, name: `Name ${id}` }))))
  let isParsing = true
  let turns = 0
  const count = () => {
    turns += 1
    if (isParsing) setImmediate(count)
  }
  setImmediate(count)
  await Promise.all([parseLargeJson(bytes, maxDepth), parseLargeJson(bytes, maxDepth)])
  isParsing = false
  assert.ok(turns > 20, `${turns} turns`)
})
