import { and, choice, collection, eq, gt, integer, or, reference, role, some, text } from 'galley'
import { owner, ownerOrStaff } from '../who.ts'

export const reviews = collection('reviews', {
  description: 'One per customer and product, and only of what they were sent. Staff read each before everybody does.',
  fields: {
    product: reference('products', { immutable: true, onDelete: 'cascade' }),
    customer: reference('customers', {
      default: ({ actor }) => actor.id,
      immutable: true,
      onDelete: 'cascade',
      read: ownerOrStaff,
    }),
    signature: text({ min: 1, max: 60, trim: true, write: owner, description: 'The name shown: `Ada L.`' }),
    rating: integer({ min: 1, max: 5, write: owner }),
    title: text({ min: 1, max: 120, trim: true, write: owner }),
    text: text({ min: 1, max: 2000, trim: true, write: owner }),
    status: choice(['pending', 'published', 'hidden'], { default: 'pending', write: role('staff') }),
  },
  rules: {
    read: ({ row, actor }) => or(eq(row.status, 'published'), eq(row.customer, actor.id), role('staff')),
    create: ({ row, actor }) =>
      and(
        eq(row.customer, actor.id),
        some(row.product.orderItems, (item) => and(eq(item.order.customer, actor.id), gt(item.shippedQuantity, 0))),
      ),
    update: ownerOrStaff, // staff may publish or hide a review, not rewrite it: see write above
    delete: ownerOrStaff,
  },
  indexes: [{ fields: ['product', 'customer'], unique: true }, ['status', 'createdAt'], ['status']],
})
