/** The source of an application with `count` collections, each with fields of many types, relations, rules, and an action that uses them. */
export function declarations(count: number): string {
  const numbers = Array.from({ length: count }, (_, position) => position)
  const names = numbers.map((number) => `c${number}`).join(', ')
  return [
    `import { boolean, choice, collection, declareFor, decimal, defineApp, eq, everyone, instant, integer, list, many, manyToMany, money, object, or, reference, role, text } from 'galley'`,
    ...numbers.map((number) => collectionSource(number, count)),
    `const { action, hook } = declareFor([${names}])`,
    ...numbers.map((number) => logicSource(number)),
    `export default defineApp({ name: 'types', roles: { staff: {} }, collections: [${names}], actions: [${numbers.map((number) => `a${number}`)}], hooks: [${numbers.map((number) => `h${number}`)}] })`,
    '',
  ].join('\n')
}

function collectionSource(number: number, count: number): string {
  const previous = (number + count - 1) % count
  const next = (number + 1) % count
  return `
export const c${number} = collection('things-${number}', {
  fields: {
    name: text({ max: 200, search: true }),
    code: text({ max: 20, unique: true, immutable: true }),
    note: text({ optional: true }),
    status: choice(['draft', 'open', 'closed'], { default: 'draft' }),
    price: money(),
    cost: money({ optional: true, read: role('staff') }),
    weight: decimal({ precision: 10, scale: 3, optional: true }),
    stock: integer({ min: 0, default: 0 }),
    isListed: boolean({ default: false }),
    soldAt: instant({ optional: true }),
    tags: list(text({ max: 30 }), { optional: true }),
    size: object({ width: integer(), height: integer(), unit: choice(['mm', 'in'], { default: 'mm' }) }),
    parent: reference('things-${previous}', { optional: true }),
    children: many('things-${next}'),
    friends: manyToMany('things-${next}'),
  },
  rules: {
    read: ({ row, actor }) => or(eq(row.isListed, true), actor.hasRole('staff')),
    create: role('staff'),
    update: ({ row, actor }) => or(eq(row.parent.name, 'mine'), actor.hasRole('staff')),
    delete: everyone(),
  },
  indexes: [['status', 'price']],
})`
}

function logicSource(number: number): string {
  const name = `things-${number}`
  return `
const a${number} = action('${name}', 'sell', {
  input: { pieces: integer({ min: 1 }), note: text({ optional: true }) },
  output: '${name}',
  allow: ({ row, actor }) => or(eq(row.status, 'open'), actor.hasRole('staff')),
  async run({ record, input, db }) {
    const whole = await db['${name}'].get(record.id, { expand: { parent: true, children: { limit: 5 } } })
    const others = await db['${name}'].find({ where: { stock: { gte: input.pieces }, status: 'open' }, sort: '-price' })
    const left = (whole.parent === null ? 0 : record.stock) + whole.children.length + others.data.length
    return db['${name}'].update(record.id, { stock: left, note: input.note })
  },
})
const h${number} = hook('${name}', 'beforeCreate', ({ values }) => ({ note: values.name ?? 'none' }))`
}
