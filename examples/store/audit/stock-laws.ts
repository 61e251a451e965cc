import { law } from '../collections.ts'
import { sumsOf } from './sums-of.ts'

export const onHandIsMoved = law(
  'stock-levels',
  'What is on hand is the sum of the movements',
  async ({ records, db }) => {
    const moved = await sumsOf(db['stock-movements'], 'level', records, 'quantity')
    return records
      .filter(({ id, onHand }) => onHand !== moved(id))
      .map(({ id, onHand, ...level }) => ({
        record: id,
        message: `on hand are ${onHand}, the movements add up to ${moved(id)}`,
        rows: [{ id, onHand, ...level }],
      }))
  },
)

export const reservedIsPromised = law(
  'stock-levels',
  'What is reserved is the sum of the open reservations',
  async ({ records, db }) => {
    const open = { status: { in: ['held', 'kept'] } } as const
    const promised = await sumsOf(db.reservations, 'level', records, 'quantity', open)
    const wrong = records.filter(({ id, reserved }) => reserved !== promised(id))
    return Promise.all(
      wrong.map(async ({ id, reserved }) => ({
        record: id,
        message: `${reserved} are reserved, the open reservations add up to ${promised(id)}`,
        rows: (await db.reservations.find({ where: { level: id, ...open }, limit: 100 })).data,
      })),
    )
  },
)

export const availableIsFree = law(
  'stock-levels',
  'What is available is on hand and not reserved, and below 0 only where back-orders are allowed',
  async ({ records, db }) => {
    const short = records.filter(({ available }) => available < 0)
    const { data } = await db.variants.find({
      where: { id: { in: short.map(({ variant }) => variant) }, allowsBackorder: true },
      limit: 500,
    })
    const allowed = new Set(data.map(({ id }) => id))
    return records.flatMap((level) => {
      const { id, onHand, reserved, available, variant } = level
      if (available !== onHand - reserved)
        return [{ record: id, message: `${available} are available of ${onHand} less ${reserved}`, rows: [level] }]
      if (available < 0 && !allowed.has(variant))
        return [{ record: id, message: `${-available} more are promised than there are`, rows: [level] }]
      return []
    })
  },
)

/** Orders that were brought in from elsewhere have no reservations: nothing is said of them. */
export const goodsAreKept = law(
  'orders',
  'Goods are kept for what waits to be sent, and for nothing else; what was sent has left its shelf',
  async ({ records, db }) => {
    const ordered = await sumsOf(db['order-items'], 'order', records, 'quantity')
    const sent = await sumsOf(db['order-items'], 'order', records, 'shippedQuantity')
    const reserved = await sumsOf(db.reservations, 'order', records, 'quantity')
    const kept = await sumsOf(db.reservations, 'order', records, 'quantity', { status: { in: ['held', 'kept'] } })
    const left = await sumsOf(db.reservations, 'order', records, 'quantity', { status: 'shipped' })
    return records.flatMap((order) => {
      const { id, status } = order
      if (reserved(id) === 0) return []
      const tell = (message: string) => [{ record: id, message, rows: [order] }]
      const waiting = waits.has(status) ? ordered(id) - sent(id) : 0
      if (kept(id) !== waiting)
        return tell(`${kept(id)} pieces are kept of an order that is ${status}, ${waiting} wait`)
      return left(id) === sent(id) ? [] : tell(`${left(id)} pieces have left, ${sent(id)} were sent`)
    })
  },
)

const waits: ReadonlySet<string> = new Set(['placed', 'paid', 'partiallyShipped'])
