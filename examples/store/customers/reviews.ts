import { and, choice, collection, eq, integer, ne, or, reference, role, some, text } from 'galley'
import { owner, ownerOrStaff } from '../who.ts'

export const reviews = collection('reviews', {
  description: 'One per customer and product, and only of what was bought.',
  fields: {
    product: reference('products', { immutable: true, onDelete: 'cascade' }),
    customer: reference('customers', {
      default: ({ actor }) => actor.id,
      immutable: true,
      onDelete: 'cascade',
      read: ownerOrStaff,
    }),
    signature: text({ min: 1, max: 60, trim: true, description: 'The name shown: `Ada L.`' }),
    rating: integer({ min: 1, max: 5, write: owner }),
    title: text({ min: 1, max: 120, trim: true, write: owner }),
    text: text({ min: 1, max: 2000, trim: true, write: owner }),
    status: choice(['published', 'hidden'], { default: 'published', write: role('staff') }),
  },
  rules: {
    read: ({ row, actor }) => or(eq(row.status, 'published'), eq(row.customer, actor.id), role('staff')),
    create: ({ row, actor }) =>
      and(
        eq(row.customer, actor.id),
        some(row.product.orderItems, (item) =>
          and(eq(item.order.customer, actor.id), ne(item.order.status, 'cancelled')),
        ),
      ),
    update: ownerOrStaff, // staff may hide a review, not rewrite it: see write above
    delete: ownerOrStaff,
  },
  indexes: [{ fields: ['product', 'customer'], unique: true }],
})
