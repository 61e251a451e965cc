import { collection, integer, ne, or, reference, role } from 'galley'

export const stock = collection('stock', {
  description: 'Pieces on hand: one record per product, which shares the id of its product.',
  fields: {
    product: reference('products', { unique: true, immutable: true, onDelete: 'cascade' }),
    quantity: integer({ min: 0, default: 0 }),
    lowThreshold: integer({ min: 0, default: 5, read: role('staff') }),
  },
  rules: {
    read: ({ row }) => or(ne(row.product.status, 'draft'), role('staff')),
    update: role('staff'), // created with its product and deleted with it: see warehouse.ts
  },
})
