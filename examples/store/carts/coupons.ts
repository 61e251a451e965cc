import { boolean, choice, collection, email, instant, integer, many, nobody, reference, role, text } from 'galley'
import { shopCurrencies } from '../pricing/currencies.ts'
import { wholeRate } from '../pricing/taxes.ts'

export const couponKinds = ['percentage', 'fixed', 'freeShipping', 'buyXGetY'] as const

/** `HARBOUR10`: written by people in any case, and kept in capitals. */
export const couponCode = { min: 1, max: 40, trim: true, pattern: /^[A-Za-z0-9-]+$/ } as const

export const coupons = collection('coupons', {
  description: 'Codes that take something off. usedCount = uses that were not released, and never above limitTotal.',
  fields: {
    code: text({ ...couponCode, unique: true, immutable: true }),
    kind: choice(couponKinds, { immutable: true }),
    status: choice(['active', 'retired'], { default: 'active' }),
    rate: integer({ min: 1, max: wholeRate, optional: true, description: 'Percentage: parts per million.' }),
    amount: integer({ min: 1, optional: true, description: 'Fixed: minor units of the currency.' }),
    buy: integer({ min: 1, max: 99, optional: true, description: 'Buy X get Y: of each `buy` + `get` pieces …' }),
    get: integer({ min: 1, max: 99, optional: true, description: '… the `get` cheapest are free.' }),
    product: reference('products', { optional: true, onDelete: 'cascade', description: 'The only one it is for.' }),
    currency: choice(shopCurrencies, { optional: true, description: 'The only one it is for.' }),
    minSubtotal: integer({
      min: 0,
      default: 0,
      description: 'Of what it is for, before discounts; needs the currency.',
    }),
    limitTotal: integer({ min: 0, optional: true, description: 'How often it can be used by all together.' }),
    limitPerCustomer: integer({ min: 1, optional: true }),
    validFrom: instant({ optional: true }),
    validUntil: instant({ optional: true, description: 'The first moment at which it no longer is.' }),
    usedCount: integer({ min: 0, default: 0, write: nobody() }),
    uses: many('coupon-uses'),
  },
  rules: { read: role('staff'), create: role('manager'), update: role('manager'), delete: role('admin') },
})

// Written by use-coupon.ts alone.
export const couponUses = collection('coupon-uses', {
  description: 'Which order used which coupon, once each. A cancelled order releases it for others.',
  fields: {
    coupon: reference('coupons'),
    order: reference('orders', { unique: true }),
    customer: reference('customers', { optional: true }),
    email: email({ optional: true, description: 'In lower case: who buys as a guest is counted by it.' }),
    released: boolean({ default: false }),
  },
  rules: { read: role('staff') },
  indexes: [
    ['coupon', 'customer'],
    ['coupon', 'email'],
  ],
})
