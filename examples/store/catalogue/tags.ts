import { collection, everyone, manyToMany, role, slug, text } from 'galley'

export const tags = collection('tags', {
  fields: {
    name: text({ min: 1, max: 50, trim: true }),
    slug: slug({ from: 'name' }),
    products: manyToMany('products', { by: 'tags' }),
  },
  rules: { read: everyone(), create: role('manager'), update: role('manager'), delete: role('manager') },
})
