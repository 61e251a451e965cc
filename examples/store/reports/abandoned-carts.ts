import { email, instant, integer, list, object, role, text } from 'galley'
import { action } from '../collections.ts'

export const abandonedCarts = action('carts', 'abandoned', {
  on: 'collection',
  description: 'Carts with something in them that nobody has touched for so long, the latest first.',
  input: { idleHours: integer({ min: 1, max: 8_760, default: 24 }), limit: integer({ min: 1, max: 100, default: 20 }) },
  output: {
    total: integer(),
    carts: list(
      object({
        id: text(),
        customer: text({ optional: true }),
        email: email({ optional: true }),
        pieces: integer(),
        touchedAt: instant(),
      }),
    ),
  },
  allow: role('staff'),
  async run({ input: { idleHours, limit }, db, now }) {
    const since = new Date(Date.parse(now) - idleHours * 3_600_000).toISOString()
    const where = { status: { in: ['open', 'abandoned'] }, updatedAt: { lt: since }, items: { some: {} } } as const
    const { data } = await db.carts.find({ where, sort: '-updatedAt', limit })
    const pieces = await db['cart-items'].aggregate({
      where: { cart: { in: data.map(({ id }) => id) } },
      groupBy: ['cart'],
      sum: ['quantity'],
      limit,
    })
    const piecesOf = new Map(pieces.map(({ cart, sum }) => [cart, Number(sum.quantity)]))
    return {
      total: await db.carts.count(where),
      carts: data.map(({ id, customer, email, updatedAt }) => ({
        id,
        customer,
        email,
        pieces: piecesOf.get(id) ?? 0,
        touchedAt: updatedAt,
      })),
    }
  },
})
