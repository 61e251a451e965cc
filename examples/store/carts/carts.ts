import { and, choice, collection, eq, integer, many, nobody, or, reference, role } from 'galley'
import { owner, ownerOrStaff } from '../who.ts'

export const carts = collection('carts', {
  description: 'A cart is ordered once; the next order begins with a new cart.',
  fields: {
    customer: reference('customers', { default: ({ actor }) => actor.id, immutable: true, onDelete: 'cascade' }),
    status: choice(['open', 'ordered'], { default: 'open', write: nobody() }),
    items: many('cart-items'),
  },
  rules: {
    read: ownerOrStaff,
    create: owner,
    delete: ({ row, actor }) => and(eq(row.customer, actor.id), eq(row.status, 'open')),
  },
})

export const cartItems = collection('cart-items', {
  description: 'How many of which product. What it costs is said by the product alone.',
  fields: {
    cart: reference('carts', { immutable: true, onDelete: 'cascade' }),
    product: reference('products', { immutable: true, onDelete: 'cascade' }),
    quantity: integer({ min: 1, max: 99, default: 1 }),
  },
  rules: {
    read: ({ row, actor }) => or(eq(row.cart.customer, actor.id), role('staff')),
    create: ({ row, actor }) =>
      and(eq(row.cart.customer, actor.id), eq(row.cart.status, 'open'), eq(row.product.status, 'active')),
    update: ({ row, actor }) => and(eq(row.cart.customer, actor.id), eq(row.cart.status, 'open')),
    delete: ({ row, actor }) => and(eq(row.cart.customer, actor.id), eq(row.cart.status, 'open')),
  },
  indexes: [{ fields: ['cart', 'product'], unique: true }],
})
