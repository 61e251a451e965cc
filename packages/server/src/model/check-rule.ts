import { durationMs, likelyDuration } from '../base/duration.ts'
import { nearestName } from '../base/nearest-name.ts'
import { readComparable, readElement } from './comparable.ts'
import type { Drafts } from './draft.ts'
import type { FieldModel, Model } from './model.ts'
import type { Operator } from './operator.ts'
import type { Problems } from './problems.ts'
import type { CompareOp, OperandData, Rule } from './rule.ts'

export interface RuleCheck {
  readonly collection: string
  readonly drafts: Drafts
  readonly roles: Model['roles']
  readonly permissions: Model['permissions']
  readonly problems: Problems
  readonly path: string
  /** False for actions of a whole collection: there is no record to speak of. */
  readonly hasRow: boolean
  /** How many `some` are around. */
  readonly scope?: number
}

/** Reports roles, fields and comparisons in a rule that cannot be. */
export function checkRule(rule: Rule, at: RuleCheck): void {
  if (isRule(rule)) checks[rule.kind](rule as never, at)
  else at.problems.add(at.path, noRule) // a part of and(), or() or not() that is none
}

export function isRule(value: unknown): value is Rule {
  return (
    typeof value === 'object' && value !== null && Object.hasOwn(checks, String((value as { kind?: unknown }).kind))
  )
}

export const noRule =
  'A rule is made of everyone(), role(), eq() and the like. === compares at once, not for each row: write eq(row.owner, actor.id).'

const checks: { readonly [K in Rule['kind']]: (rule: Extract<Rule, { kind: K }>, at: RuleCheck) => void } = {
  constant: () => {},
  signedIn: () => {},
  role: (rule, at) => {
    for (const name of rule.anyOf)
      if (!at.roles.has(name))
        at.problems.add(at.path, `There is no role ${name}. Declare it: defineApp({ roles: { ${name}: {} } }).`)
  },
  permission: (rule, at) => {
    for (const name of rule.anyOf) if (!at.permissions.has(name)) at.problems.add(at.path, noSuchPermission(name, at))
  },
  recentlyAuthenticated: ({ within }, at) => {
    if (durationMs(String(within)) !== undefined) return
    const meant = likelyDuration(String(within)) ?? '10m'
    at.problems.add(at.path, `${JSON.stringify(within)} is no time. Write recentlyAuthenticated('${meant}').`)
  },
  and: (rule, at) => checkAll(rule.of, at),
  or: (rule, at) => checkAll(rule.of, at),
  not: (rule, at) => checkRule(rule.of, at),
  compare: (rule, at) => checkCompare(rule, at),
  isNull: (rule, at) => void checkOperand(rule.operand, at),
  allows: (rule, at) => checkAllows(rule, at),
  some: (rule, at) => {
    if (!isInScope(rule, at)) return
    const end = walk(rule.path, at)
    if (end === undefined) return
    if (end.relation === undefined || end.relation.kind === 'reference') {
      at.problems.add(at.path, `some() takes the far side of a relation; ${rule.path.join('.')} is not one.`)
      return
    }
    checkRule(rule.of, { ...at, collection: end.relation.target, hasRow: true, scope: (at.scope ?? 0) + 1 })
  },
}

function checkAllows({ list, level }: Extract<Rule, { kind: 'allows' }>, at: RuleCheck): void {
  const field = checkOperand(list, at)
  if (list.from !== 'row')
    at.problems.add(at.path, "allows() takes an access list of the row: allows(row.access, 'read').")
  if (field === undefined) return
  const levels = field.type.accessLevels
  if (levels === undefined)
    at.problems.add(at.path, `The field ${field.name} is no access list. Declare it by accessList().`)
  else if (!levels.includes(level))
    at.problems.add(at.path, `The field ${field.name} has no level ${level}. There are: ${levels.join(', ')}.`)
}

function noSuchPermission(name: string, { permissions }: RuleCheck): string {
  const near = nearestName(name, permissions.keys())
  const instead =
    near === undefined
      ? `Declare it: defineApp({ permissions: { '${name}': 'What it allows' } }).`
      : `Did you mean ${near}?`
  return `There is no permission ${name}. ${instead}`
}

function checkAll(rules: readonly Rule[], at: RuleCheck): void {
  for (const rule of rules) checkRule(rule, at)
}

type Comparison = Extract<Rule, { kind: 'compare' }>
type RowOperand = Extract<OperandData, { from: 'row' }>
type ValueOperand = Exclude<OperandData, RowOperand>

function checkCompare(rule: Comparison, at: RuleCheck): void {
  const fields = [checkOperand(rule.left, at), checkOperand(rule.right, at)] as const
  const problem = comparisonProblem(rule, fields)
  if (problem !== undefined) at.problems.add(at.path, problem)
}

/** What is wrong with a comparison; fields that do not exist have been told already and are undefined. */
function comparisonProblem({ op, left, right }: Comparison, fields: ComparedFields): string | undefined {
  if (isNullLiteral(left) || isNullLiteral(right)) return 'Nothing equals null. Use isNull(…) or isSet(…).'
  const wrong = fields.find((field) => field !== undefined && !isComparable(field, op))
  if (wrong !== undefined) return `The field ${wrong.name} cannot be compared by ${op}.`
  if (left.from === 'row' && right.from === 'row') return problemOfTwoFields(left, right, fields)
  if (left.from === 'row') return problemOfValue(op, fields[0], right as ValueOperand)
  if (right.from !== 'row') return problemWithoutRow(left, right)
  return flippable.has(op) ? problemOfValue(op, fields[1], left) : `The field comes first in ${op}.`
}

type ComparedFields = readonly [left: FieldModel | undefined, right: FieldModel | undefined]

const operatorOf: Readonly<Record<CompareOp, Operator>> = {
  eq: 'eq',
  lt: 'lt',
  lte: 'lte',
  gt: 'gt',
  gte: 'gte',
  in: 'in',
  contains: 'contains',
  icontains: 'icontains',
  startsWith: 'startsWith',
  endsWith: 'endsWith',
  has: 'contains',
}

/** A list is asked whether it has an element, a text whether it contains another; both are called contains in a filter. */
function isComparable({ type }: FieldModel, op: CompareOp): boolean {
  if (!type.operators.includes(operatorOf[op])) return false
  return operatorOf[op] !== 'contains' || (type.shape.kind === 'list') === (op === 'has')
}

const flippable: ReadonlySet<CompareOp> = new Set(['eq', 'lt', 'lte', 'gt', 'gte'])

function isNullLiteral(operand: OperandData): boolean {
  return operand.from === 'literal' && (operand.value === null || operand.value === undefined)
}

function problemOfTwoFields(left: RowOperand, right: RowOperand, [one, other]: ComparedFields): string | undefined {
  if (left.path.length > 1 || right.path.length > 1)
    return 'Two fields can be compared when both belong to the row itself. Compare a field behind a reference with the actor or a value.'
  if (one === undefined || other === undefined || restOf(one) === restOf(other)) return undefined
  return `The fields ${one.name} and ${other.name} hold values of different types.`
}

/** How a field rests, for comparing. Databases compare columns of one type only, and decimals only of one scale. */
function restOf(field: FieldModel): string {
  return JSON.stringify(field.columns.map(({ key, type }) => [key, type.kind, type.scale]))
}

function problemOfValue(op: CompareOp, field: FieldModel | undefined, operand: ValueOperand): string | undefined {
  if (field === undefined) return undefined
  const problem = operandProblem(op, field, operand)
  return problem === undefined ? undefined : `The field ${field.name} ${problem}.`
}

function operandProblem(op: CompareOp, field: FieldModel, operand: ValueOperand): string | undefined {
  const kind = field.columns[0]!.type.kind
  if (operand.from === 'literal') return literalProblem(op, field, operand.value)
  if (operand.from === 'now')
    return kind === 'instant' || kind === 'date' ? undefined : 'is no time, so it cannot be compared with now()'
  return op === 'has' || kind === 'id' || kind === 'text' ? undefined : 'cannot hold the id of an actor'
}

function literalProblem(op: CompareOp, field: FieldModel, value: unknown): string | undefined {
  if (op === 'in' && !Array.isArray(value)) return 'must be compared with a list of values'
  for (const one of op === 'in' ? (value as readonly unknown[]) : [value]) {
    const read = op === 'has' ? readElement(one, { field }) : readComparable(one, { field })
    if ('problem' in read) return `is compared with ${JSON.stringify(one)}, but ${read.problem}`
  }
  return undefined
}

/** Of the actor alone it can be asked who it is. */
function problemWithoutRow(left: ValueOperand, right: ValueOperand): string | undefined {
  if (left.from === 'actor' && right.from === 'literal') return undefined
  return 'Compare a field of the row, or actor.id, with a value: eq(row.owner, actor.id).'
}

/** The field an operand names; undefined for values, and, with a problem, for fields that do not exist. */
function checkOperand(operand: OperandData, at: RuleCheck): FieldModel | undefined {
  if (operand.from !== 'row' || !isInScope(operand, at)) return undefined
  const field = walk(operand.path, at)
  if (field !== undefined && field.columns.length === 0) {
    at.problems.add(at.path, `${operand.path.join('.')} is the far side of a relation. Use some(…).`)
    return undefined
  }
  return field
}

function isInScope({ scope }: { readonly scope: number }, at: RuleCheck): boolean {
  if (scope === (at.scope ?? 0)) return true
  at.problems.add(at.path, 'Inside some() only the inner row can be spoken of. Compare it with the actor or a value.')
  return false
}

function walk(path: readonly string[], at: RuleCheck): FieldModel | undefined {
  if (!at.hasRow) {
    at.problems.add(at.path, 'An action of the whole collection has no row. Use the actor only.')
    return undefined
  }
  let collection = at.collection
  let field: FieldModel | undefined
  for (const [position, name] of path.entries()) {
    if (position > 0) {
      if (field?.relation?.kind !== 'reference') {
        at.problems.add(at.path, `${path.slice(0, position).join('.')} is not a reference, so it has no ${name}.`)
        return undefined
      }
      collection = field.relation.target
    }
    field = at.drafts.get(collection)?.fields.get(name)
    if (field === undefined) {
      at.problems.add(at.path, `The collection ${collection} has no field ${name}.`)
      return undefined
    }
  }
  return field
}
