import { address, choice, collection, instant, integer, list, object, reference, text } from 'galley'
import { buyerOfOrderOrStaff } from '../who.ts'

const line = object({
  label: text({ max: 500 }),
  quantity: integer({ min: 1 }),
  taxRate: integer({ min: 0, description: 'Parts per million.' }),
  net: integer(),
  tax: integer(),
})
const taxLine = object({ taxRate: integer({ min: 0 }), net: integer(), tax: integer() })

// Only added, by write-invoice.ts: what is in one never changes, whatever becomes of the order.
export const invoices = collection('invoices', {
  description:
    'What the tax office may ask for. Numbers have no gaps; net + tax = total, of each rate and of all. Minor units.',
  fields: {
    kind: choice(['invoice', 'creditNote'], { immutable: true }),
    number: text({ max: 20, unique: true, immutable: true }),
    order: reference('orders', { immutable: true }),
    orderNumber: text({ max: 20, immutable: true }),
    refund: reference('refunds', { unique: true, optional: true, immutable: true, description: 'Of a credit note.' }),
    corrects: text({ max: 20, optional: true, immutable: true, description: 'The invoice a credit note belongs to.' }),
    issuedAt: instant({ immutable: true }),
    buyer: address({ immutable: true }),
    currency: text({ min: 3, max: 3, immutable: true }),
    lines: list(line, { max: 1_000, immutable: true }),
    taxes: list(taxLine, { max: 100, immutable: true, description: 'The lines by rate.' }),
    net: integer({ immutable: true }),
    tax: integer({ immutable: true }),
    total: integer({ immutable: true }),
  },
  rules: { read: buyerOfOrderOrStaff },
  indexes: [['order']],
})
