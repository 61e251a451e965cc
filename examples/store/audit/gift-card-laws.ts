import { law } from '../collections.ts'
import { sumsOf } from './sums-of.ts'

export const giftCardsAddUp = law(
  'gift-cards',
  'The balance of a gift card is the sum of its movements',
  async ({ records, db }) => {
    const moved = await sumsOf(db['gift-card-movements'], 'giftCard', records, 'amount')
    const wrong = records.filter(({ id, balance }) => balance !== moved(id))
    return Promise.all(
      wrong.map(async ({ id, balance, currency }) => ({
        record: id,
        message: `the balance is ${balance} ${currency}, the movements add up to ${moved(id)}`,
        rows: (await db['gift-card-movements'].find({ where: { giftCard: id }, limit: 100 })).data,
      })),
    )
  },
)

export const giftCardsPay = law(
  'orders',
  'Gift cards have paid what orders say, and got back as much',
  async ({ records, db }) => {
    const moved = await sumsOf(db['gift-card-movements'], 'order', records, 'amount')
    return records.flatMap((order) => {
      const { id, giftCardAmount, giftCardReturned } = order
      const paid = giftCardAmount.amount - giftCardReturned
      const message = `gift cards have paid ${-moved(id)}, the order says ${paid}`
      return paid === -moved(id) ? [] : [{ record: id, message, rows: [order] }]
    })
  },
)
