import fc from 'fast-check'
import type { CouponTerms } from './coupon-discount.ts'
import { type Taxes, taxCategories } from './taxes.ts'
import type { GiftCardBalance, PricedLine, TotalsInput } from './totals.ts'

/** Any cart that the shop could meet, for tests that hold for all of them: yen, euros and dinars, in Germany, Ohio and nowhere. */
export function anyCart(): fc.Arbitrary<TotalsInput> {
  return fc.record({
    currency: fc.constantFrom('JPY', 'EUR', 'KWD'),
    lines: fc.uniqueArray(anyLine(), { selector: ({ id }) => id, maxLength: 12 }),
    taxes: anyTaxes(),
    coupon: fc.option(anyCoupon(), { nil: undefined }),
    shipping: fc.option(anyShipping(), { nil: undefined }),
    giftCards: fc.array(anyGiftCard(), { maxLength: 3 }),
  })
}

const ids = fc.integer({ min: 0, max: 999 }).map((number) => `variant-${number}`)
const products = fc.constantFrom('tea', 'mug', 'pan', 'bell')
const cheapOrDear = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 20_000 }), fc.nat(50_000_000))
const rates = fc.oneof(fc.constantFrom(0, 25_000, 70_000, 77_500, 190_000, 250_000), fc.nat(1_000_000))

function anyLine(): fc.Arbitrary<PricedLine> {
  return fc.record({
    id: ids,
    product: products,
    name: fc.constant('Something'),
    quantity: fc.integer({ min: 1, max: 99 }),
    unitPrice: cheapOrDear,
    taxCategory: fc.constantFrom(...taxCategories),
  })
}

function anyTaxes(): fc.Arbitrary<Taxes> {
  const rate = rates.map((rate) => ({ name: 'VAT', rate }))
  return fc.record({
    pricesIncludeTax: fc.boolean(),
    rates: fc.record({ standard: rate, reduced: rate, zero: fc.constant({ name: 'VAT', rate: 0 }) }),
  })
}

function anyCoupon(): fc.Arbitrary<CouponTerms> {
  const scope = { code: fc.constant('HARBOUR'), product: fc.option(products, { nil: undefined }) }
  const few = fc.integer({ min: 1, max: 4 })
  return fc.oneof(
    fc.record({ ...scope, kind: fc.constant('percentage' as const), rate: rates }),
    fc.record({ ...scope, kind: fc.constant('fixed' as const), amount: cheapOrDear }),
    fc.record({ ...scope, kind: fc.constant('freeShipping' as const) }),
    fc.record({ ...scope, kind: fc.constant('buyXGetY' as const), buy: few, get: few }),
  )
}

function anyShipping() {
  return fc.record({
    name: fc.constant('Parcel'),
    taxCategory: fc.constantFrom(...taxCategories),
    amount: fc.nat(5_000),
    freeFrom: fc.option(fc.nat(50_000), { nil: undefined }),
  })
}

function anyGiftCard(): fc.Arbitrary<GiftCardBalance> {
  return fc.record({ id: ids, hint: fc.constant('…7QK2'), balance: cheapOrDear })
}
