import { collection, increment, integer, text } from 'galley'
import type { StoreDb } from './collections.ts'
import { makeOnce } from './make-once.ts'

/** What only one may change at a time. Nobody reaches it through the API. */
export const locks = collection('locks', {
  fields: { name: text({ unique: true }), uses: integer({ default: 0 }) },
})

/** Waits until nobody else holds the name, and holds it until the end of the transaction. */
export async function holdLock(name: string, { locks }: StoreDb): Promise<void> {
  const { id } = await makeOnce(
    () => locks.first({ where: { name } }),
    () => locks.create({ name }),
  )
  await locks.update(id, { uses: increment(1) })
}
