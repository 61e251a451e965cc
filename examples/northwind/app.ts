import {
  boolean,
  collection,
  date,
  decimal,
  declareFor,
  defineApp,
  everyone,
  integer,
  many,
  nobody,
  reference,
  role,
  text,
} from 'galley'
import { lineTotal } from './line-total.ts'

const rules = { read: everyone(), create: role('staff'), update: role('staff'), delete: role('staff') }

const price = { scale: 4, min: 0 } as const
const line = { max: 60, optional: true } as const

/** Where somebody is to be found; the names are those of the columns. */
const place = { address: text(line), city: text(line), region: text(line), postalCode: text(line), country: text(line) }
const contact = { contactName: text(line), contactTitle: text(line), ...place, phone: text(line), fax: text(line) }

const categories = collection('categories', {
  fields: {
    number: integer({ unique: true }),
    name: text({ unique: true }),
    description: text({ optional: true }),
    products: many('products'),
  },
  rules,
})

const suppliers = collection('suppliers', {
  fields: { number: integer({ unique: true }), companyName: text(), ...contact, homePage: text({ optional: true }) },
  rules,
})

const shippers = collection('shippers', {
  fields: { number: integer({ unique: true }), companyName: text(), phone: text(line) },
  rules,
})

const customers = collection('customers', {
  fields: { code: text({ unique: true, max: 5 }), companyName: text(), ...contact, orders: many('orders') },
  rules,
})

const employees = collection('employees', {
  fields: {
    number: integer({ unique: true }),
    firstName: text(),
    lastName: text(),
    title: text(line),
    titleOfCourtesy: text(line),
    birthDate: date({ optional: true }),
    hireDate: date({ optional: true }),
    ...place,
    homePhone: text(line),
    extension: text(line),
    notes: text({ max: 5000, optional: true }),
    reportsTo: reference('employees', { optional: true }),
  },
  rules,
})

const products = collection('products', {
  fields: {
    number: integer({ unique: true }),
    name: text({ search: true }),
    supplier: reference('suppliers'),
    category: reference('categories'),
    quantityPerUnit: text({ optional: true }),
    unitPrice: decimal(price),
    unitsInStock: integer({ min: 0 }),
    unitsOnOrder: integer({ min: 0 }),
    reorderLevel: integer({ min: 0 }),
    discontinued: boolean(),
  },
  rules,
})

const orders = collection('orders', {
  fields: {
    number: integer({ unique: true }),
    customer: reference('customers'),
    employee: reference('employees'),
    orderDate: date(),
    requiredDate: date({ optional: true }),
    shippedDate: date({ optional: true }),
    shipVia: reference('shippers'),
    freight: decimal(price),
    shipName: text(line),
    shipAddress: text(line),
    shipCity: text(line),
    shipRegion: text(line),
    shipPostalCode: text(line),
    shipCountry: text(line),
    details: many('order-details'),
  },
  rules,
  indexes: [['orderDate']],
})

const orderDetails = collection('order-details', {
  fields: {
    order: reference('orders', { onDelete: 'cascade' }),
    product: reference('products'),
    unitPrice: decimal(price),
    quantity: integer({ min: 1 }),
    discount: decimal({ scale: 4, min: 0, max: 1, default: 0 }),
    lineTotal: decimal({ ...price, default: 0, write: nobody() }), // by the hook below
  },
  rules: { ...rules, update: nobody() },
  indexes: [{ fields: ['order', 'product'], unique: true }],
})

const collections = [categories, suppliers, shippers, customers, employees, products, orders, orderDetails] as const
const { hook } = declareFor(collections)

const addLineTotal = hook('order-details', 'beforeCreate', ({ values }) => {
  const { unitPrice = 0, quantity = 0, discount = 0 } = values
  return { lineTotal: lineTotal(unitPrice, quantity, discount) }
})

export default defineApp({
  name: 'Northwind',
  description: 'A trader in fine foods: 77 products, 830 orders, 1996 to 1998.',
  collections,
  hooks: [addLineTotal],
  roles: { staff: {} },
})
