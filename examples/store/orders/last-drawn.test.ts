import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Invoice } from './invoice-lines.ts'
import { lastDrawn } from './last-drawn.ts'

const invoice = (id: number) => ({ id: String(id) }) as Invoice

test('an invoice that many ask for at once, or again, is drawn once', async () => {
  const { pdfOf, drawn } = counting()
  const all = await Promise.all(Array.from({ length: 20 }, () => pdfOf(invoice(1))))
  assert.deepEqual(new Set(all.map(String)), new Set(['1']))
  await pdfOf(invoice(1))
  assert.deepEqual(drawn, ['1'])
})

test('those that nobody asks for any more are let go', async () => {
  const { pdfOf, drawn } = counting()
  for (let id = 0; id <= 100; id += 1) await pdfOf(invoice(id))
  await pdfOf(invoice(100))
  assert.equal(drawn.length, 101)
  await pdfOf(invoice(0))
  assert.equal(drawn.length, 102)
})

test('one that could not be drawn is tried again', async () => {
  let fails = true
  const pdfOf = lastDrawn(async () => {
    if (fails) throw new Error('No paper')
    return Buffer.from('drawn')
  })
  await assert.rejects(pdfOf(invoice(1)), /No paper/)
  fails = false
  assert.equal(String(await pdfOf(invoice(1))), 'drawn')
})

function counting() {
  const drawn: string[] = []
  const pdfOf = lastDrawn(async ({ id }) => {
    drawn.push(id)
    return Buffer.from(id)
  })
  return { pdfOf, drawn }
}
