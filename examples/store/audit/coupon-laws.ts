import { law } from '../collections.ts'

export const couponsAreCounted = law(
  'coupons',
  'A coupon was used as often as orders say that did not give it back, and not more often than it may be',
  async ({ records, db }) => {
    const uses = await db['coupon-uses'].aggregate({
      where: { coupon: { in: records.map(({ id }) => id) }, released: false },
      groupBy: ['coupon'],
      count: true,
      limit: records.length,
    })
    const counts = new Map(uses.map(({ coupon, count }) => [coupon as string, Number(count)]))
    return records.flatMap((coupon) => {
      const { id, code, usedCount, limitTotal } = coupon
      const count = counts.get(id) ?? 0
      if (usedCount !== count)
        return [{ record: id, message: `${code} counts ${usedCount} uses, ${count} are written down`, rows: [coupon] }]
      if (limitTotal !== null && usedCount > limitTotal)
        return [{ record: id, message: `${code} was used ${usedCount} times of ${limitTotal}`, rows: [coupon] }]
      return []
    })
  },
)
