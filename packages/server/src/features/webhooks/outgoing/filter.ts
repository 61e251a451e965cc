import { isObject } from '../../../plugin.ts'

/** Conditions on what an event says, by path: `{ status: 'paid', 'total.amount': { gte: 1000 } }`. */
export type EventFilter = Readonly<Record<string, unknown>>

/** Whether all conditions hold. What is not there is null; only like is compared with like. */
export function matchesFilter(filter: EventFilter, data: unknown): boolean {
  return Object.entries(filter).every(([path, condition]) => {
    const value = valueAt(data, path) ?? null
    if (!isObject(condition)) return value === condition
    return Object.entries(condition).every(([name, operand]) => holds(name as Operator, value, operand))
  })
}

/** What is wrong with a filter, as a sentence; undefined: nothing. */
export function filterProblem(filter: unknown): string | undefined {
  if (!isObject(filter)) return 'A filter is an object of conditions by path.'
  if (Object.keys(filter).length > 20) return 'A filter has at most 20 conditions.'
  for (const [path, condition] of Object.entries(filter)) {
    if (!/^[\w-]+(\.[\w-]+){0,9}$/.test(path)) return `A path is like total.amount, not ${path}.`
    const problem = isObject(condition) ? operatorsProblem(path, condition) : scalarProblem(path, condition)
    if (problem !== undefined) return problem
  }
  return undefined
}

const operators = {
  eq: (value: unknown, operand: unknown) => value === operand,
  ne: (value: unknown, operand: unknown) => value !== operand,
  in: (value: unknown, operand: unknown) => Array.isArray(operand) && operand.includes(value),
  gt: (value: unknown, operand: unknown) => order(value, operand) > 0,
  gte: (value: unknown, operand: unknown) => order(value, operand) >= 0,
  lt: (value: unknown, operand: unknown) => order(value, operand) < 0,
  lte: (value: unknown, operand: unknown) => order(value, operand) <= 0,
}
type Operator = keyof typeof operators

function holds(name: Operator, value: unknown, operand: unknown): boolean {
  return Object.hasOwn(operators, name) && operators[name](value, operand)
}

/** Negative, zero or positive; NaN, with which no comparison holds, where they are not of one kind. */
function order(value: unknown, operand: unknown): number {
  if (typeof value === 'number' && typeof operand === 'number') return value - operand
  if (typeof value !== 'string' || typeof operand !== 'string') return Number.NaN
  return value < operand ? -1 : Number(value > operand)
}

function operatorsProblem(path: string, condition: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, operand] of Object.entries(condition)) {
    if (!Object.hasOwn(operators, name))
      return `There is no operator ${name}. The operators are: ${Object.keys(operators).join(', ')}.`
    if (name === 'in' && !(Array.isArray(operand) && operand.every(isScalar)))
      return `in of ${path} takes a list of values.`
    if (name !== 'in' && !isScalar(operand)) return `${name} of ${path} takes a text, a number, true, false or null.`
  }
  return Object.keys(condition).length === 0 ? `The condition of ${path} is empty.` : undefined
}

function scalarProblem(path: string, condition: unknown): string | undefined {
  return isScalar(condition) ? undefined : `${path} is compared with a text, a number, true, false or null.`
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function valueAt(data: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined), data)
}
