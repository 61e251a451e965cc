import {
  and,
  boolean,
  choice,
  collection,
  integer,
  list,
  many,
  money,
  ne,
  nobody,
  or,
  reference,
  role,
  text,
} from 'galley'
import { optionValueText, shopCurrency } from './products.ts'

export const variants = collection('variants', {
  description:
    'What is bought: a product in one size, one colour. Every product has at least one, under its own id at first.',
  fields: {
    product: reference('products', { immutable: true, onDelete: 'cascade' }),
    sku: text({ min: 1, max: 64, trim: true, unique: true }),
    barcode: text({ pattern: /^[0-9]{8,14}$/, optional: true, unique: true }),
    options: list(optionValueText(), {
      max: 3,
      default: [],
      description: 'One value for each option of the product, in their order: `["250 g"]`.',
    }),
    title: text({ max: 200, default: '', write: nobody(), description: 'Its options: `250 g / whole beans`.' }),
    position: integer({ min: 0, max: 9_999, default: 0 }),
    price: money({ currency: shopCurrency, min: 0 }),
    costPrice: money({ currency: shopCurrency, min: 0, optional: true, read: role('staff') }),
    weightGrams: integer({ min: 0, max: 1_000_000, default: 0 }),
    status: choice(['draft', 'active', 'retired'], { default: 'active' }),
    allowsBackorder: boolean({ default: false }),
    prices: many('prices'),
    stockLevels: many('stock-levels'),
  },
  rules: {
    read: ({ row }) => or(and(ne(row.status, 'draft'), ne(row.product.status, 'draft')), role('staff')),
    create: role('manager'),
    update: role('manager'),
    delete: role('admin'),
  },
  indexes: [{ fields: ['product', 'title'], unique: true }],
})
