import fc from 'fast-check'
import {
  accessList,
  boolean,
  choice,
  collection,
  date,
  decimal,
  defineApp,
  everyone,
  instant,
  integer,
  list,
  many,
  money,
  number,
  reference,
  text,
} from '../../packages/server/src/index.ts'

/** A collection with a field of every kind that can be compared, twice, so that fields can be compared with each other. */
const groups = collection('groups', {
  fields: { title: text({ optional: true }), size: integer({ optional: true }), things: many('things') },
  rules: { read: everyone() },
})

const optional = { optional: true } as const
const things = collection('things', {
  fields: {
    label: text(optional),
    label2: text(optional),
    count: integer(optional),
    count2: integer(optional),
    ratio: number(optional),
    ratio2: number(optional),
    weight: decimal({ precision: 12, scale: 2, optional: true }),
    weight2: decimal({ precision: 18, scale: 2, optional: true }),
    share: decimal({ precision: 4, scale: 4, optional: true }),
    isOn: boolean(optional),
    isOn2: boolean(optional),
    at: instant(optional),
    at2: instant(optional),
    day: date(optional),
    day2: date(optional),
    status: choice(['draft', 'live', 'Größe'], optional),
    status2: choice(['draft', 'live', 'Größe'], optional),
    price: money(optional),
    price2: money(optional),
    words: list(text(), optional),
    numbers: list(integer(), optional),
    flags: list(boolean(), optional),
    group: reference('groups', optional),
    access: accessList(),
  },
  rules: { read: everyone() },
  // Pages are sought in another way where an index knows the order, so some fields have one and some have none.
  indexes: [['count'], ['ratio', 'label'], ['status', 'at'], ['price']],
})

export const thingsApp = defineApp({ name: 'things', collections: [groups, things], roles: { staff: {} } })

export const texts = ['', 'A', 'a', 'aa', 'a%', 'a_', '\\', 'é', '\uffee', '😀', '"']
/** A few values of each field, many of them equal or next to each other, in the order in which they sort. */
export const pools = {
  label: texts,
  count: [-(2 ** 53) + 1, -2, 0, 1, 2, 10, 2 ** 53 - 1],
  ratio: [-1e300, -1.5, 0, 5e-324, 0.1, 0.1 + 0.2, 1, 1e21],
  weight: ['-9999999999.99', '-1.50', '-0.01', '0.00', '0.01', '9.99', '10.00'],
  share: ['-0.9999', '-0.0001', '0.0000', '0.0001', '0.9999'],
  isOn: [false, true],
  at: ['0001-01-01T00:00:00.000Z', '1969-12-31T23:59:59.999Z', '2026-03-01T09:30:00.000Z', '2026-03-01T09:30:00.001Z'],
  day: ['0001-01-01', '2024-02-29', '2026-03-01', '9999-12-31'],
  status: ['draft', 'live', 'Größe'],
  price: [-5, 0, 9, 10].flatMap((amount) => ['EUR', 'USD'].map((currency) => ({ amount, currency }))),
  words: [[], ['a'], ['a', 'b'], ['1'], ['😀', '"']],
  numbers: [[], [1], [1, 2], [-5, 0]],
  flags: [[], [true], [true, false]],
} as const satisfies Record<string, readonly unknown[]>

export type PoolName = keyof typeof pools

export function poolOf(field: string): readonly unknown[] {
  return pools[field.replace(/2$/, '') as PoolName]
}

export const scalarFields = [
  ...(['label', 'count', 'ratio', 'weight', 'isOn', 'at', 'day', 'status', 'price'] as const).flatMap((name) => [
    name,
    `${name}2` as const,
  ]),
  'share',
] as const
export const listFields = ['words', 'numbers', 'flags'] as const

/** A thing with some of its fields. */
export const thing: fc.Arbitrary<Record<string, unknown>> = fc.record(
  { ...Object.fromEntries([...scalarFields, ...listFields].map((name) => [name, maybe(name)])), access: anyAccess() },
  { requiredKeys: [] },
)

export function maybe(field: string): fc.Arbitrary<unknown> {
  return fc.option(fc.constantFrom(...poolOf(field)), { freq: 4 })
}

function anyAccess(): fc.Arbitrary<object> {
  const to = fc.constantFrom(
    'everyone',
    'user:somebody',
    'user:someone',
    'role:staff',
    'role:boss',
    'tenant:red',
    'tenant:blue',
  )
  const entry = fc.record({ to, level: fc.constantFrom('read', 'write', 'own') })
  return fc.uniqueArray(entry, { selector: (made) => made.to, maxLength: 3 })
}
