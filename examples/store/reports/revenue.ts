import { choice, date, integer, list, object, role } from 'galley'
import { action, type StoreDb } from '../collections.ts'
import { type ShopCurrency, shopCurrencies } from '../pricing/currencies.ts'
import { days, inTime } from './in-time.ts'

interface Day {
  readonly day: string
  readonly currency: ShopCurrency
  /** That were paid on this day. */
  readonly orders: number
  /** What they came to, with tax, in minor units. */
  readonly revenue: number
  /** What went back on this day, of whatever order. */
  readonly refunded: number
}

export const revenue = action('orders', 'revenue', {
  on: 'collection',
  description: 'What was sold, and what went back, by day and currency, in minor units. The latest day first.',
  input: days,
  output: {
    days: list(
      object({
        day: date(),
        currency: choice(shopCurrencies),
        orders: integer(),
        revenue: integer(),
        refunded: integer(),
      }),
      { max: 2_000 },
    ),
  },
  allow: role('manager'),
  async run({ input, db }) {
    const days = new Map<string, Day>()
    for (const part of [...(await sold(inTime(input), db)), ...(await refunded(inTime(input), db))]) {
      const key = `${part.day} ${part.currency}`
      days.set(key, { ...nothing, ...days.get(key), ...part })
    }
    return { days: [...days].sort(([one], [other]) => (one < other ? 1 : -1)).map(([, day]) => day) }
  },
})

const nothing = { orders: 0, revenue: 0, refunded: 0 }

type Time = ReturnType<typeof inTime>
type DayPart = Pick<Day, 'day' | 'currency'> & Partial<Day>

async function sold(paidAt: Time, db: StoreDb): Promise<readonly DayPart[]> {
  const rows = await db.orders.aggregate({
    where: { paidAt },
    groupBy: ['paidAt:day', 'total.currency'],
    count: true,
    sum: ['total'],
    limit: 1_000,
  })
  return rows.map((row) => ({
    day: dayOf(row['paidAt:day']),
    currency: row['total.currency'],
    orders: row.count,
    revenue: Number(row.sum.total),
  }))
}

async function refunded(createdAt: Time, db: StoreDb): Promise<readonly DayPart[]> {
  const rows = await db.refunds.aggregate({
    where: { createdAt, status: { ne: 'failed' } },
    groupBy: ['createdAt:day', 'amount.currency'],
    sum: ['amount'],
    limit: 1_000,
  })
  return rows.map((row) => ({
    day: dayOf(row['createdAt:day']),
    currency: row['amount.currency'],
    refunded: Number(row.sum.amount),
  }))
}

function dayOf(instant: string): string {
  return instant.slice(0, 10)
}
