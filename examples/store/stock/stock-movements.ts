import { choice, collection, integer, reference, role, text } from 'galley'

// No rule lets anybody write here, and only-added.ts stops the shop's own code from changing what is written.
export const stockMovements = collection('stock-movements', {
  description: 'Every piece that came or went, and why. What is on hand is their sum.',
  fields: {
    level: reference('stock-levels', { immutable: true }),
    quantity: integer({ immutable: true, description: 'Below 0: pieces that left.' }),
    reason: choice(['received', 'adjusted', 'damaged', 'transferred', 'shipped', 'returned'], { immutable: true }),
    order: reference('orders', { optional: true, immutable: true }),
    note: text({ max: 500, optional: true, immutable: true }),
    by: text({ max: 64, optional: true, immutable: true, description: 'The id of who did it; none: the shop itself.' }),
  },
  rules: { read: role('staff') },
  indexes: [['level'], ['order']],
})
