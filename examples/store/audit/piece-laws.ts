import { law } from '../collections.ts'
import { sumsOf } from './sums-of.ts'

export const piecesAreCounted = law(
  'order-items',
  'No more pieces are sent than ordered, taken back than sent, or refunded than ordered, and each is written down',
  async ({ records, db }) => {
    const shipped = await sumsOf(db['shipment-items'], 'orderItem', records, 'quantity')
    const returned = await sumsOf(db['return-items'], 'orderItem', records, 'quantity', {
      'return.status': { in: ['requested', 'received'] },
    })
    const refunded = await sumsOf(db['refund-items'], 'orderItem', records, 'quantity', {
      'refund.status': { in: ['pending', 'done'] },
    })
    return records.flatMap((item) => {
      const { id, quantity, shippedQuantity, returnedQuantity, refundedQuantity } = item
      const problem =
        different('sent', shippedQuantity, shipped(id)) ??
        different('taken back', returnedQuantity, returned(id)) ??
        different('refunded', refundedQuantity, refunded(id)) ??
        tooMany('sent', shippedQuantity, quantity) ??
        tooMany('taken back', returnedQuantity, shippedQuantity) ??
        tooMany('refunded', refundedQuantity, quantity)
      return problem === undefined ? [] : [{ record: id, message: problem, rows: [item] }]
    })
  },
)

function different(what: string, counted: number, written: number): string | undefined {
  return counted === written ? undefined : `${counted} pieces were ${what}, ${written} are written down`
}

function tooMany(what: string, count: number, most: number): string | undefined {
  return count <= most ? undefined : `${count} pieces were ${what} of ${most}`
}
