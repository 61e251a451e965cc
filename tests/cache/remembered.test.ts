import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Remembered } from '../../packages/server/src/model/feature.ts'
import { createRemembered } from '../../packages/server/src/operations/cache/remembered.ts'
import { record } from '../operations/outcomes.ts'
import { gate } from './held-database.ts'
import { asking, onBothLibraries } from './open-library.ts'

const ada = asking('ada')
const wholeRecord = Object.freeze({})
let labels = 0

onBothLibraries((library) => {
  const ops = () => library().operations
  const tag = async () => {
    labels += 1
    return record(ops().create(ada, 'tags', { label: `label ${labels}` }))
  }
  const rename = (id: string, label: string) => ops().update(ada, 'tags', id, { label })
  const remember = () => createRemembered<string>({ from: ['tags'] }, library().runtime.freshness)
  let made = 0
  const labelOf = async (memory: Remembered<string>, id: string) =>
    memory.get(id, async () => {
      made += 1
      const { label } = await record(ops().get({ ...ada, isLocal: true }, 'tags', id, wholeRecord))
      return { value: label, rows: [{ collection: 'tags', id }] }
    })
  const makingsOf = async (work: () => Promise<unknown>) => {
    const before = made
    await work()
    return made - before
  }

  test('what was made from a row is forgotten when that row changes, and not when another does', async () => {
    const memory = remember()
    const [one, other] = [await tag(), await tag()]
    await labelOf(memory, one.id)
    assert.equal(await makingsOf(() => labelOf(memory, one.id)), 0)
    await rename(other.id, `${other.label}!`)
    assert.equal(await makingsOf(() => labelOf(memory, one.id)), 0)
    await rename(one.id, `${one.label}!`)
    assert.equal(await labelOf(memory, one.id), `${one.label}!`)
  })

  test('what was made from a row before it changed, and ready after it, is not remembered', async () => {
    const memory = remember()
    const { id, label } = await tag()
    const [hasRead, goOn] = [gate(), gate()]
    library().database.afterRead = () => {
      hasRead.open()
      return goOn.opened
    }
    const early = labelOf(memory, id)
    await hasRead.opened
    library().database.afterRead = undefined
    await rename(id, `${label}!`)
    assert.equal(await labelOf(memory, id), `${label}!`)
    goOn.open()
    assert.equal(await early, label)
    assert.equal(await labelOf(memory, id), `${label}!`)
  })

  test('nothing and errors are not remembered', async () => {
    const memory = remember()
    assert.equal(await memory.get('none', async () => undefined), undefined)
    await assert.rejects(async () => memory.get('none', () => Promise.reject(new Error('on purpose'))), /on purpose/)
    assert.equal(await memory.get('none', async () => ({ value: 'there', rows: [] })), 'there')
  })

  test('calls for one key at the same time share one making', async () => {
    const memory = remember()
    const { id, label } = await tag()
    const labels = Array.from({ length: 10 }, () => labelOf(memory, id))
    assert.equal(await makingsOf(() => Promise.all(labels)), 0)
    assert.deepEqual(new Set(await Promise.all(labels)), new Set([label]))
  })

  test('no more is remembered than is allowed', async () => {
    const memory = createRemembered<number>({ from: [], maxEntries: 3 }, library().runtime.freshness)
    const ask = (key: string, value: number) => memory.get(key, async () => ({ value, rows: [] }))
    for (let index = 0; index < 4; index += 1) await ask(`${index}`, index)
    assert.equal(await ask('3', 99), 3)
    assert.equal(await ask('0', 99), 99)
  })
})
