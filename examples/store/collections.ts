import { type CollectionMap, type Db, declareFor } from 'galley'
import { cartItems, carts } from './carts.ts'
import { categories, products, tags } from './catalogue.ts'
import { addresses, customers } from './customers.ts'
import { orderItems, orders } from './orders.ts'
import { reviews } from './reviews.ts'
import { staff } from './staff.ts'
import { stock } from './stock.ts'

export const collections = [
  categories,
  products,
  tags,
  stock,
  staff,
  customers,
  addresses,
  carts,
  cartItems,
  orders,
  orderItems,
  reviews,
] as const

/** `action` and `hook` that know the collections of the shop: records, inputs and `db` are typed in them. */
export const { action, hook } = declareFor(collections)

export type StoreDb = Db<CollectionMap<typeof collections>>
