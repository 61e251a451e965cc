import type { LooseDb } from 'galley/plugin'
import { law } from '../collections.ts'
import { sumsOf } from './sums-of.ts'

/** Payments are a feature's; the shop knows their records by name. */
const paymentsOf = (db: object) => (db as LooseDb).payments!

export const ordersArePaidOnce = law(
  'orders',
  'An order counts what its payments have captured, and is captured once',
  async ({ records, db }) => {
    const { data } = await paymentsOf(db).find({
      where: { subject: { in: records.map(({ id }) => id) }, capturedAmount: { gt: 0 } },
      limit: 10_000,
    })
    return records.flatMap(({ id, capturedAmount }) => {
      const captured = data.filter(({ subject }) => subject === id)
      const sum = captured.reduce((total, payment) => total + payment.capturedAmount, 0)
      if (captured.length > 1)
        return [{ record: id, message: `${captured.length} payments were captured`, rows: captured }]
      if (sum === capturedAmount) return []
      return [{ record: id, message: `it counts ${capturedAmount}, ${sum} were captured`, rows: captured }]
    })
  },
)

export const refundsWentBack = law(
  'orders',
  'What payments have given back is what the refunds say',
  async ({ records, db }) => {
    const told = await sumsOf(db.refunds, 'order', records, 'paymentAmount', { status: 'done' })
    const went = await sumsOf(paymentsOf(db), 'subject', records, 'refundedAmount')
    return records
      .filter(({ id }) => told(id) !== went(id))
      .map(({ id }) => ({ record: id, message: `the refunds say ${told(id)}, the payments ${went(id)}` }))
  },
)
