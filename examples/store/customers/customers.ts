import { address, collection, email, eq, many, or, reference, role, text } from 'galley'
import { owner, ownerOrStaff } from '../who.ts'

export const customers = collection('customers', {
  fields: {
    name: text({ min: 1, max: 100, trim: true }),
    email: email({ unique: true }),
    phone: text({ max: 40, trim: true, optional: true }),
    group: reference('customer-groups', {
      optional: true,
      onDelete: 'setNull',
      read: role('staff'),
      write: role('staff'),
    }),
    addresses: many('addresses'),
    carts: many('carts'),
    orders: many('orders'),
    reviews: many('reviews'),
    wishlist: many('wishlist-items'),
  },
  rules: {
    read: ({ row, actor }) => or(eq(row.id, actor.id), role('staff')),
    create: role('staff'),
    update: ({ row, actor }) => or(eq(row.id, actor.id), role('staff')),
    delete: role('manager'),
  },
})

export const addresses = collection('addresses', {
  description: 'The address book of a customer.',
  fields: {
    customer: reference('customers', { default: ({ actor }) => actor.id, immutable: true, onDelete: 'cascade' }),
    label: text({ min: 1, max: 40, trim: true, default: 'Home' }),
    postal: address(),
  },
  rules: { read: ownerOrStaff, create: owner, update: owner, delete: owner },
})
