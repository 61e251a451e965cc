import type { Drafts } from './compile-model.ts'
import type { FieldModel, Model } from './model.ts'
import type { Operator } from './operator.ts'
import type { Problems } from './problems.ts'
import { type CompareOp, everyone, nobody, type OperandData, type Rule, type RuleInput, ruleFromInput } from './rule.ts'

/** Turns a declared rule into its tree; without one, `isAllowedByDefault` decides. */
export function compileRule(
  input: RuleInput<any> | undefined,
  isAllowedByDefault: boolean,
  path: string,
  problems: Problems,
): Rule {
  // any: whatever the row
  if (input === undefined) return isAllowedByDefault ? everyone() : nobody()
  const rule = safely(() => ruleFromInput(input), path, problems)
  if (isRule(rule)) return rule
  if (rule !== undefined)
    problems.add(
      path,
      'A rule is made of everyone(), role(), eq() and the like. === compares at once, not for each row: write eq(row.owner, actor.id).',
    )
  return nobody()
}

function safely(work: () => unknown, path: string, problems: Problems): unknown {
  try {
    return work()
  } catch (error) {
    problems.add(path, `The rule could not be read: ${(error as Error).message}.`)
    return undefined
  }
}

function isRule(value: unknown): value is Rule {
  return typeof value === 'object' && value !== null && 'kind' in value
}

export interface RuleCheck {
  readonly collection: string
  readonly drafts: Drafts
  readonly roles: Model['roles']
  readonly problems: Problems
  readonly path: string
  /** False for actions of a whole collection: there is no record to speak of. */
  readonly hasRow: boolean
  /** How many `some` are around. */
  readonly scope?: number
}

/** Reports roles, fields and comparisons in a rule that cannot be. */
export function checkRule(rule: Rule, at: RuleCheck): void {
  checks[rule.kind](rule as never, at)
}

const checks: { readonly [K in Rule['kind']]: (rule: Extract<Rule, { kind: K }>, at: RuleCheck) => void } = {
  constant: () => {},
  signedIn: () => {},
  role: (rule, at) => {
    for (const name of rule.anyOf)
      if (!at.roles.has(name))
        at.problems.add(at.path, `There is no role ${name}. Declare it: defineApp({ roles: { ${name}: {} } }).`)
  },
  and: (rule, at) => checkAll(rule.of, at),
  or: (rule, at) => checkAll(rule.of, at),
  not: (rule, at) => checkRule(rule.of, at),
  compare: (rule, at) => {
    const left = checkOperand(rule.left, at)
    const right = checkOperand(rule.right, at)
    if (isNullLiteral(rule.left) || isNullLiteral(rule.right))
      at.problems.add(at.path, 'Nothing equals null. Use isNull(…) or isSet(…).')
    if (rule.left.from !== 'row' && rule.right.from !== 'row' && rule.left.from === 'literal')
      at.problems.add(at.path, 'Compare a field of the row, or actor.id, with a value: eq(row.owner, actor.id).')
    if (
      rule.left.from === 'row' &&
      rule.right.from === 'row' &&
      (isBehindReference(rule.left) || isBehindReference(rule.right))
    ) {
      at.problems.add(
        at.path,
        'Two fields can be compared when both belong to the row itself. Compare a field behind a reference with the actor or a value.',
      )
    }
    for (const field of [left, right]) {
      if (field !== undefined && !isComparable(field, rule.op))
        at.problems.add(at.path, `The field ${field.name} cannot be compared by ${rule.op}.`)
    }
  },
  isNull: (rule, at) => void checkOperand(rule.operand, at),
  some: (rule, at) => {
    const end = walk(rule.path, at)
    if (end === undefined) return
    if (end.relation === undefined || end.relation.kind === 'reference') {
      at.problems.add(at.path, `some() takes the far side of a relation; ${rule.path.join('.')} is not one.`)
      return
    }
    checkRule(rule.of, { ...at, collection: end.relation.target, hasRow: true, scope: (at.scope ?? 0) + 1 })
  },
}

function checkAll(rules: readonly Rule[], at: RuleCheck): void {
  for (const rule of rules) checkRule(rule, at)
}

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

function isComparable(field: FieldModel, op: CompareOp): boolean {
  return field.type.operators.includes(operatorOf[op])
}

/** A row operand in a comparison of two row operands must not lie behind a reference. */
function isBehindReference(operand: OperandData): boolean {
  return operand.from === 'row' && operand.path.length > 1
}

function isNullLiteral(operand: OperandData): boolean {
  return operand.from === 'literal' && (operand.value === null || operand.value === undefined)
}

/** The field an operand names; undefined for values, and, with a problem, for fields that do not exist. */
function checkOperand(operand: OperandData, at: RuleCheck): FieldModel | undefined {
  if (operand.from !== 'row') return undefined
  if (operand.scope !== (at.scope ?? 0)) {
    at.problems.add(at.path, 'Inside some() only the inner row can be compared. Compare with the actor or a value.')
    return undefined
  }
  const field = walk(operand.path, at)
  if (field !== undefined && field.columns.length === 0) {
    at.problems.add(at.path, `${operand.path.join('.')} is the far side of a relation. Use some(…).`)
    return undefined
  }
  return field
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
