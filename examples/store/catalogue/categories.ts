import { collection, everyone, many, reference, role, slug, text } from 'galley'

export const categories = collection('categories', {
  description: 'Shelves of the shop, and the rooms they stand in.',
  fields: {
    name: text({ min: 1, max: 100, trim: true, search: true }),
    slug: slug({ from: 'name' }),
    description: text({ max: 500, optional: true }),
    parent: reference('categories', { optional: true }),
    children: many('categories', { by: 'parent' }),
    products: many('products'),
  },
  rules: { read: everyone(), create: role('manager'), update: role('manager'), delete: role('manager') },
})
