import { audit } from 'galley'
import { couponsAreCounted } from './coupon-laws.ts'
import { giftCardsAddUp } from './gift-card-laws.ts'
import { availableIsFree, onHandIsMoved, reservedIsPromised } from './stock-laws.ts'

export const storeAudit = audit('store', {
  description: 'Goods, money, coupons and gift cards: nothing appears, nothing gets lost.',
  laws: [onHandIsMoved, reservedIsPromised, availableIsFree, couponsAreCounted, giftCardsAddUp],
})
