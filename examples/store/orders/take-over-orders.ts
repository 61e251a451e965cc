import { changePayer } from 'galley/payments'
import type { StoreEffects } from '../effects.ts'

/** What somebody ordered as a guest is the customer's that they turned out to be, and so is what is still to be paid of it. */
export async function takeOverOrders(guest: string, customer: string, effects: StoreEffects): Promise<void> {
  const { orders } = effects.db
  const { data } = await orders.find({ where: { guest, customer: { null: true } }, sort: 'id', limit: 1_000 })
  for (const { id } of data) {
    const taken = await orders.updateIf(id, { customer: { null: true } }, { customer }) // of two customers at once, one gets it
    if (taken !== undefined && taken.payment !== null) await changePayer(taken.payment, customer, effects)
  }
}
