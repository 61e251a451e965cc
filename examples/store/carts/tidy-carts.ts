import type { StoreDb } from '../collections.ts'
import { guestIdleDays } from './guests.ts'

/** Guests and their carts are forgotten so long after they were seen last, unless something was ordered. */
export const guestKeptDays = 90

/** Gives up the carts that guests have left, and forgets the guests later: the report of abandoned carts has time to count them. */
export async function tidyCarts(store: StoreDb, nowMs: number): Promise<void> {
  await abandonCarts(store, daysBefore(guestIdleDays, nowMs))
  await forgetGuests(store, daysBefore(guestKeptDays, nowMs))
}

const atOnce = 500

async function abandonCarts(store: StoreDb, idleSince: string): Promise<void> {
  const isIdle = { status: 'open', updatedAt: { lt: idleSince }, guest: { lastUsedAt: { lt: idleSince } } } as const
  for (;;) {
    const { data } = await store.carts.find({ where: isIdle, sort: 'id', limit: atOnce })
    for (const { id } of data) await store.carts.updateIf(id, { status: 'open' }, { status: 'abandoned' })
    if (data.length < atOnce) return
  }
}

async function forgetGuests(store: StoreDb, unseenSince: string): Promise<void> {
  const isForgotten = { lastUsedAt: { lt: unseenSince }, carts: { none: { status: 'ordered' } } }
  for (;;) {
    const { data } = await store.guests.find({ where: isForgotten, sort: 'id', limit: atOnce })
    for (const { id } of data) await store.guests.delete(id)
    if (data.length < atOnce) return
  }
}

function daysBefore(days: number, nowMs: number): string {
  return new Date(nowMs - days * 86_400_000).toISOString()
}
