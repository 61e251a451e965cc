import { job, type StoreDb } from '../collections.ts'
import { guestIdleDays } from './guests.ts'

/** Guests and their carts are forgotten so long after they were seen last, unless something was ordered. */
const guestKeptDays = 90

/** The carts that guests have left are given up first, and forgotten later: the report of abandoned carts has time to count them. */
export const tidyCarts = job('carts.tidy', {
  description: 'Gives up the carts that guests have left, and forgets guests who do not come back.',
  schedule: '20 * * * *',
  async run({ db, now, signal }) {
    await abandonCarts(db, daysBefore(guestIdleDays, now), signal)
    await forgetGuests(db, daysBefore(guestKeptDays, now), signal)
  },
})

const atOnce = 500

async function abandonCarts(store: StoreDb, idleSince: string, signal: AbortSignal): Promise<void> {
  const isIdle = { status: 'open', updatedAt: { lt: idleSince }, guest: { lastUsedAt: { lt: idleSince } } } as const
  while (!signal.aborted) {
    const { data } = await store.carts.find({ where: isIdle, sort: 'id', limit: atOnce })
    for (const { id } of data) await store.carts.updateIf(id, { status: 'open' }, { status: 'abandoned' })
    if (data.length < atOnce) return
  }
}

async function forgetGuests(store: StoreDb, unseenSince: string, signal: AbortSignal): Promise<void> {
  const isForgotten = { lastUsedAt: { lt: unseenSince }, carts: { none: { status: 'ordered' } } }
  while (!signal.aborted) {
    const { data } = await store.guests.find({ where: isForgotten, sort: 'id', limit: atOnce })
    for (const { id } of data) await store.guests.delete(id)
    if (data.length < atOnce) return
  }
}

function daysBefore(days: number, now: string): string {
  return new Date(Date.parse(now) - days * 86_400_000).toISOString()
}
