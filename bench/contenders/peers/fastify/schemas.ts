const text = { type: 'string' } as const
const id = { type: 'string', format: 'uuid' } as const
const instant = { type: 'string', format: 'date-time' } as const
const whole = { type: 'integer' } as const

const record = { id, createdAt: instant, updatedAt: instant, version: whole }
/** Its id, or all of it. */
const category = { type: ['string', 'object'], properties: { ...record, name: text, slug: text } } as const
const product = { ...record, name: text, description: text, price: whole }

export const productSchema = { type: 'object', properties: { ...product, category: id } } as const
export const listedProductSchema = { type: 'object', properties: { ...product, category } } as const
export const orderSchema = { type: 'object', properties: { ...record, title: text, total: whole, owner: id } } as const

export const errorSchema = { type: 'object', properties: { error: text } } as const

export const newProductSchema = {
  type: 'object',
  required: ['name', 'description', 'price', 'category'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', maxLength: 200 },
    description: { type: 'string', maxLength: 1000 },
    price: { type: 'integer', minimum: 0 },
    category: id,
  },
} as const

export function pageSchema(item: object) {
  return {
    type: 'object',
    properties: {
      data: { type: 'array', items: item },
      page: {
        type: 'object',
        properties: {
          next: { type: ['string', 'null'] },
          previous: { type: ['string', 'null'] },
          size: whole,
        },
      },
    },
  }
}
