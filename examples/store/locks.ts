import { collection, GalleyError, increment, integer, text } from 'galley'
import type { StoreDb } from './collections.ts'

/** What only one may change at a time. Nobody reaches it through the API. */
export const locks = collection('locks', {
  fields: { name: text({ unique: true }), uses: integer({ default: 0 }) },
})

/** Waits until nobody else holds the name, and holds it until the end of the transaction. */
export async function holdLock(name: string, store: StoreDb): Promise<void> {
  const existing = await store.locks.first({ where: { name } })
  const id = existing?.id ?? (await openLock(name, store))
  await store.locks.update(id, { uses: increment(1) })
}

async function openLock(name: string, store: StoreDb): Promise<string> {
  try {
    return (await store.locks.create({ name })).id
  } catch (error) {
    if (!(error instanceof GalleyError) || error.code !== 'operation_conflict') throw error
    const { data } = await store.locks.find({ where: { name } }) // somebody else was first
    return data[0]!.id
  }
}
