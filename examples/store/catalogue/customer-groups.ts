import { collection, many, role, text } from 'galley'

export const customerGroups = collection('customer-groups', {
  description: 'Customers who have prices of their own: restaurants, friends of the house.',
  fields: {
    name: text({ min: 1, max: 100, trim: true, unique: true }),
    customers: many('customers', { by: 'group' }),
    priceLists: many('price-lists', { by: 'customerGroup' }),
  },
  rules: {
    read: role('staff'),
    create: role('manager'),
    update: role('manager'),
    delete: role('manager'),
  },
})
