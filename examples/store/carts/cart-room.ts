import { onlyAdded } from '../only-added.ts'
import type { Room } from '../room.ts'
import { addToCart } from './add-to-cart.ts'
import { applyCoupon, removeCoupon } from './apply-coupon.ts'
import { applyGiftCard, removeGiftCard } from './apply-gift-card.ts'
import { guestFeature } from './guest-feature.ts'
import { issueGiftCard } from './issue-gift-card.ts'
import { countItems, noteNewQuantity, noteRemoval } from './keep-cart.ts'
import { checkCoupon, checkNewCoupon } from './keep-coupons.ts'
import { mergeCarts } from './merge-carts.ts'
import { openCart } from './open-cart.ts'
import { quote } from './quote.ts'
import { tidyCarts } from './tidy-carts.ts'

/** What is done with carts, for the application to sum up. */
export const cartRoom: Room = {
  actions: [
    openCart,
    addToCart,
    mergeCarts,
    quote,
    applyCoupon,
    removeCoupon,
    applyGiftCard,
    removeGiftCard,
    issueGiftCard,
  ],
  hooks: [countItems, noteNewQuantity, noteRemoval, checkNewCoupon, checkCoupon, onlyAdded('gift-card-movements')],
  jobs: [tidyCarts],
  features: [guestFeature],
}
