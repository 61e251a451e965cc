import { boolean, collection, everyone, integer, many, role, text } from 'galley'

export const locations = collection('locations', {
  description: 'Where goods lie: a warehouse, the back room of a shop.',
  fields: {
    name: text({ min: 1, max: 100, trim: true }),
    priority: integer({ min: 0, max: 1_000, default: 0, description: 'Orders are served from the lowest first.' }),
    isActive: boolean({ default: true, description: 'Orders are served from it.' }),
    levels: many('stock-levels'),
  },
  rules: { read: everyone(), create: role('manager'), update: role('manager'), delete: role('admin') },
})
