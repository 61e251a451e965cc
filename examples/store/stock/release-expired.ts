import { job, type StoreDb } from '../collections.ts'
import { cancelUnpaid } from '../orders/cancel.ts'
import { theShop } from '../orders/move-order.ts'

/** Gives up orders that were not paid in time, each in a transaction of its own, so that others can buy what was held for them. */
export const releaseExpired = job('stock.release-expired', {
  description: 'Gives up orders that were not paid in time.',
  schedule: '* * * * *',
  async run({ db, now, transaction, signal }) {
    for (const order of await ordersOutOfTime(db, now)) {
      if (signal.aborted) return
      await transaction((effects) => cancelUnpaid(order, theShop, effects))
    }
  },
})

async function ordersOutOfTime(db: StoreDb, now: string): Promise<ReadonlySet<string>> {
  const { data } = await db.reservations.find({
    where: { status: 'held', expiresAt: { lte: now } },
    sort: 'expiresAt',
    limit: 1_000,
  })
  return new Set(data.map(({ order }) => order))
}
