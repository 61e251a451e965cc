import {
  choice,
  collection,
  integer,
  list,
  many,
  manyToMany,
  money,
  ne,
  nobody,
  or,
  reference,
  role,
  slug,
  text,
} from 'galley'
import { taxCategories } from '../pricing/taxes.ts'

/** What prices are set in. Other currencies have prices of their own: see prices.ts. */
export const shopCurrency = 'EUR'

/** `Size`, `Colour` */
export const optionName = () => text({ min: 1, max: 30, trim: true, pattern: /^[^:/]*$/ })

/** `250 g`, `Moss`. The titles of variants are made of them, with slashes between. */
export const optionValueText = () => text({ min: 1, max: 60, trim: true, pattern: /^[^/]*$/ })

export const products = collection('products', {
  description: 'What the shop sells, has sold, or is about to sell. What is bought of it is a variant.',
  fields: {
    name: text({ min: 1, max: 200, trim: true, search: true }),
    slug: slug({ from: 'name' }),
    description: text({ max: 5000, search: true }),
    size: text({ max: 40, optional: true, description: 'What one piece is, where that is no option: `0.6 l`.' }),
    options: list(optionName(), {
      max: 3,
      unique: true,
      default: [],
      write: nobody(),
      description: 'What there is to choose: `["Size"]`. See add-option.',
    }),
    price: money({ currency: shopCurrency, min: 0, description: 'The lowest of its active variants.' }),
    taxCategory: choice(taxCategories, { default: 'standard' }),
    status: choice(['draft', 'active', 'retired'], { default: 'draft' }),
    category: reference('categories'),
    tags: manyToMany('tags'),
    variants: many('variants'),
    images: many('product-images'),
    optionValues: many('option-values'),
    /** Counted up by whoever changes a variant: the next one waits, and sees what the first has done. */
    variantChanges: integer({ default: 0, private: true }),
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
