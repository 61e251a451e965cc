/** What a caller may ask of a field: `filter[price][gte]=10`. A closed vocabulary. */
export type Operator = (typeof operators)[number]

export const operators = [
  'eq',
  'ne',
  'lt',
  'lte',
  'gt',
  'gte',
  'in',
  'nin',
  'null',
  'contains',
  'icontains',
  'startsWith',
  'endsWith',
  'between',
  'some',
  'none',
] as const

const known: ReadonlySet<string> = new Set(operators)

export function isOperator(word: string): word is Operator {
  return known.has(word)
}

const equality = ['eq', 'ne', 'in', 'nin', 'null'] as const
const order = ['lt', 'lte', 'gt', 'gte', 'between'] as const

/** The sets of operators that field types choose from. */
export const operatorSets = Object.freeze({
  equality: Object.freeze([...equality]) as readonly Operator[],
  ordered: Object.freeze([...equality, ...order]) as readonly Operator[],
  text: Object.freeze([
    ...equality,
    ...order,
    'contains',
    'icontains',
    'startsWith',
    'endsWith',
  ] as const) as readonly Operator[],
  /** `contains` asks for one element. */
  list: Object.freeze(['contains', 'null'] as const) as readonly Operator[],
  presence: Object.freeze(['null'] as const) as readonly Operator[],
  relation: Object.freeze(['some', 'none'] as const) as readonly Operator[],
})
