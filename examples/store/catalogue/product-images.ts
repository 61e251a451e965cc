import { collection, integer, ne, or, reference, role, text } from 'galley'

export const productImages = collection('product-images', {
  description: 'Pictures of a product, in their order. Their bytes are at /api/files/{file}/thumb, card and page.',
  fields: {
    product: reference('products', { immutable: true, onDelete: 'cascade' }),
    variant: reference('variants', { optional: true, onDelete: 'setNull', description: 'Which of them it shows.' }),
    file: reference('files', { unique: true, immutable: true }),
    alt: text({ min: 1, max: 300, trim: true, description: 'What it shows, for those who cannot see it.' }),
    position: integer({ min: 0, max: 9_999, default: 0 }),
  },
  rules: {
    read: ({ row }) => or(ne(row.product.status, 'draft'), role('staff')),
    create: role('manager'),
    update: role('manager'),
    delete: role('manager'),
  },
  indexes: [['product', 'position']],
})
