import {
  type Actor,
  and,
  choice,
  collection,
  email,
  eq,
  integer,
  many,
  manyToMany,
  nobody,
  or,
  type Rule,
  type RuleScope,
  reference,
  role,
  text,
} from 'galley'
import { shopCurrencies } from '../pricing/currencies.ts'
import { buyer, buyerOrStaff } from '../who.ts'
import { country } from './shipping.ts'

/** Of one thing in a cart. */
export const maxQuantity = 99
/** Different things in a cart. */
export const maxItems = 200

const isGuest = (actor: Actor) => actor.roles.includes('guest')

export const carts = collection('carts', {
  description: 'A cart is ordered once; the next order begins with a new cart. What it costs is told by its quote.',
  fields: {
    customer: reference('customers', {
      optional: true,
      default: ({ actor }) => (isGuest(actor) ? null : actor.id),
      write: nobody(),
      onDelete: 'cascade',
    }),
    guest: reference('guests', {
      optional: true,
      default: ({ actor }) => (isGuest(actor) ? actor.id : null),
      write: nobody(),
      onDelete: 'cascade',
    }),
    status: choice(['open', 'ordered', 'merged', 'abandoned'], { default: 'open', write: nobody() }),
    currency: choice(shopCurrencies, { default: 'EUR' }),
    country: text({ ...country, optional: true }),
    region: text({ max: 100, trim: true, optional: true, description: 'As in addresses, where taxes depend on it.' }),
    email: email({ optional: true }),
    shippingMethod: reference('shipping-methods', {
      optional: true,
      onDelete: 'setNull',
      description: 'None: the cheapest there is.',
    }),
    coupon: reference('coupons', { optional: true, write: nobody(), onDelete: 'setNull' }),
    giftCards: manyToMany('gift-cards', { write: nobody() }),
    mergedInto: reference('carts', { optional: true, write: nobody(), onDelete: 'setNull' }),
    /** Counted up by whoever changes what is in it: the next one waits, and finds out whether it was ordered meanwhile. */
    changes: integer({ default: 0, private: true }),
    items: many('cart-items'),
  },
  rules: {
    read: buyerOrStaff,
    create: buyer,
    update: (scope) => and(buyer(scope), eq(scope.row.status, 'open')),
    delete: (scope) => and(buyer(scope), eq(scope.row.status, 'open')),
  },
  indexes: [['status', 'updatedAt']],
})

const buyerOfCart = ({ row, actor }: RuleScope<any>): Rule => buyer({ row: row.cart, actor }) // any: behind a reference
const changesOpenCart = (scope: RuleScope<any>): Rule => and(buyerOfCart(scope), eq(scope.row.cart.status, 'open')) // any: as above

export const cartItems = collection('cart-items', {
  description: 'How many of what. What it costs is said by the catalogue alone.',
  fields: {
    cart: reference('carts', { immutable: true, onDelete: 'cascade' }),
    variant: reference('variants', { immutable: true, onDelete: 'cascade' }),
    quantity: integer({ min: 1, max: maxQuantity, default: 1 }),
  },
  rules: {
    read: ({ row, actor }) => or(buyerOfCart({ row, actor }), role('staff')),
    create: (scope) =>
      and(
        changesOpenCart(scope),
        eq(scope.row.variant.status, 'active'),
        eq(scope.row.variant.product.status, 'active'),
      ),
    update: changesOpenCart,
    delete: changesOpenCart,
  },
  indexes: [{ fields: ['cart', 'variant'], unique: true }],
})
