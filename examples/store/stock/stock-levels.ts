import { collection, integer, many, ne, nobody, or, reference, role } from 'galley'

// Only change-level.ts writes the three numbers, all of them in one statement.
export const stockLevels = collection('stock-levels', {
  description: 'How many pieces of a variant lie at a location: one record for each pair.',
  fields: {
    variant: reference('variants', { immutable: true, onDelete: 'cascade' }),
    location: reference('locations', { immutable: true }),
    onHand: integer({ min: 0, default: 0, write: nobody(), read: role('staff') }),
    reserved: integer({ min: 0, default: 0, write: nobody(), read: role('staff') }),
    available: integer({ default: 0, write: nobody(), description: 'On hand and not reserved. Below 0: back-orders.' }),
    reorderPoint: integer({ min: 0, default: 5, read: role('staff') }),
    movements: many('stock-movements', { read: role('staff') }),
    reservations: many('reservations', { read: role('staff') }),
  },
  rules: {
    read: ({ row }) => or(ne(row.variant.product.status, 'draft'), role('staff')),
    update: role('staff'), // of the reorder point; made with their variant: see open-shelves.ts
  },
  indexes: [{ fields: ['variant', 'location'], unique: true }],
})
