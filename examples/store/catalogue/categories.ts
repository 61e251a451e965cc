import { collection, everyone, integer, many, nobody, reference, role, slug, text } from 'galley'

export const categories = collection('categories', {
  description: 'Shelves of the shop, and the rooms they stand in.',
  fields: {
    name: text({ min: 1, max: 100, trim: true, search: true }),
    slug: slug({ from: 'name' }),
    description: text({ max: 500, optional: true }),
    parent: reference('categories', { optional: true }),
    path: text({
      max: 1_000,
      default: '',
      write: nobody(),
      description: 'Slugs from the root down to it: `/coffee/filter-coffee/`. What begins with it is below it.',
    }),
    position: integer({ min: 0, max: 9_999, default: 0, description: 'Order among those beside it.' }),
    children: many('categories', { by: 'parent' }),
    products: many('products'),
  },
  rules: { read: everyone(), create: role('manager'), update: role('manager'), delete: role('manager') },
  indexes: [['path'], ['parent', 'position']],
})
