import { audit } from 'galley'
import { pathsFollowParents, productsHaveVariants } from './catalogue-laws.ts'
import { couponsAreCounted } from './coupon-laws.ts'
import { giftCardsAddUp, giftCardsPay } from './gift-card-laws.ts'
import { itemsAddUp, moneyIsKept, totalsAddUp } from './order-laws.ts'
import { ordersArePaidOnce, refundsWentBack } from './payment-laws.ts'
import { piecesAreCounted } from './piece-laws.ts'
import { availableIsFree, goodsAreKept, onHandIsMoved, reservedIsPromised } from './stock-laws.ts'

export const storeAudit = audit('store', {
  description: 'Goods, money, coupons and gift cards: nothing appears, nothing gets lost.',
  laws: [
    onHandIsMoved,
    reservedIsPromised,
    availableIsFree,
    goodsAreKept,
    piecesAreCounted,
    itemsAddUp,
    totalsAddUp,
    moneyIsKept,
    ordersArePaidOnce,
    refundsWentBack,
    couponsAreCounted,
    giftCardsAddUp,
    giftCardsPay,
    productsHaveVariants,
    pathsFollowParents,
  ],
})
