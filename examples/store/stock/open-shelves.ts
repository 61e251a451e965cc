import { asSystem } from 'galley'
import { hook } from '../collections.ts'

/** Every variant has a shelf at every location from its first moment. At a location that opens later, the first delivery opens it. */
export const openShelves = hook('variants', 'afterCreate', async ({ record: variant, db }) => {
  const store = asSystem(db)
  const { data: locations } = await store.locations.find({ where: { isActive: true }, limit: 1_000 })
  for (const { id } of locations) await store['stock-levels'].create({ variant: variant.id, location: id })
})
