import { type CollectionMap, type Db, declareFor } from 'galley'
import { cartItems, carts } from './carts/carts.ts'
import { coupons, couponUses } from './carts/coupons.ts'
import { giftCardMovements, giftCards } from './carts/gift-cards.ts'
import { guests } from './carts/guests.ts'
import { shippingMethods, shippingRates, shippingZones } from './carts/shipping.ts'
import { taxRates, taxRegions } from './carts/tax-tables.ts'
import { categories } from './catalogue/categories.ts'
import { customerGroups } from './catalogue/customer-groups.ts'
import { optionValues } from './catalogue/option-values.ts'
import { priceLists } from './catalogue/price-lists.ts'
import { prices } from './catalogue/prices.ts'
import { productImages } from './catalogue/product-images.ts'
import { products } from './catalogue/products.ts'
import { tags } from './catalogue/tags.ts'
import { variants } from './catalogue/variants.ts'
import { addresses, customers } from './customers/customers.ts'
import { reviews } from './customers/reviews.ts'
import { wishlistItems } from './customers/wishlist.ts'
import { locks } from './locks.ts'
import { invoices } from './orders/invoices.ts'
import { numberSequences } from './orders/number-sequences.ts'
import { orderItems, orders } from './orders/orders.ts'
import { refundItems, refunds } from './orders/refunds.ts'
import { returnItems, returns } from './orders/returns.ts'
import { shipmentItems, shipments } from './orders/shipments.ts'
import { orderEvents } from './orders/timeline.ts'
import { staff } from './staff.ts'
import { locations } from './stock/locations.ts'
import { reservations } from './stock/reservations.ts'
import { stockLevels } from './stock/stock-levels.ts'
import { stockMovements } from './stock/stock-movements.ts'

export const collections = [
  locks,
  categories,
  products,
  variants,
  optionValues,
  productImages,
  customerGroups,
  priceLists,
  prices,
  tags,
  locations,
  stockLevels,
  stockMovements,
  reservations,
  staff,
  customers,
  addresses,
  wishlistItems,
  guests,
  carts,
  cartItems,
  coupons,
  couponUses,
  giftCards,
  giftCardMovements,
  shippingZones,
  shippingMethods,
  shippingRates,
  taxRegions,
  taxRates,
  orders,
  orderItems,
  orderEvents,
  shipments,
  shipmentItems,
  returns,
  returnItems,
  refunds,
  refundItems,
  invoices,
  numberSequences,
  reviews,
] as const

/** `action`, `hook`, `job` and `law` that know the collections of the shop: records, inputs and `db` are typed in them. */
export const { action, hook, job, law } = declareFor(collections)

export type StoreDb = Db<CollectionMap<typeof collections>>

/** Features are given data without types. Those of the shop know its collections. */
export function storeDbOf(db: object): StoreDb {
  return db as StoreDb
}
