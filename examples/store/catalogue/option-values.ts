import { collection, ne, or, reference, role } from 'galley'
import { optionName, optionValueText } from './products.ts'

// Kept by what happens to variants: see keep-product.ts.
export const optionValues = collection('option-values', {
  description: 'Which sizes and colours a product can be had in: what its active variants are, each once.',
  fields: {
    product: reference('products', { immutable: true, onDelete: 'cascade' }),
    option: optionName(),
    value: optionValueText(),
  },
  rules: { read: ({ row }) => or(ne(row.product.status, 'draft'), role('staff')) },
  indexes: [{ fields: ['product', 'option', 'value'], unique: true }],
})
