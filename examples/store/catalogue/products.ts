import { choice, collection, many, manyToMany, money, ne, one, or, reference, role, slug, text } from 'galley'

export const products = collection('products', {
  description: 'What the shop sells, has sold, or is about to sell.',
  fields: {
    name: text({ min: 1, max: 200, trim: true, search: true }),
    slug: slug({ from: 'name' }),
    description: text({ max: 5000, search: true }),
    size: text({ max: 40, optional: true, description: 'What one piece is: `250 g`.' }),
    price: money({ currency: 'EUR', min: 0 }),
    costPrice: money({ currency: 'EUR', min: 0, optional: true, read: role('staff') }),
    status: choice(['draft', 'active', 'retired'], { default: 'draft' }),
    category: reference('categories'),
    tags: manyToMany('tags'),
    stock: one('stock'),
    reviews: many('reviews'),
    orderItems: many('order-items', { read: role('staff') }),
  },
  rules: {
    read: ({ row }) => or(ne(row.status, 'draft'), role('staff')),
    create: role('manager'),
    update: role('manager'),
    delete: role('admin'),
  },
  indexes: [['category', 'status']],
})
