import { type Duration, durationText } from '../base/duration.ts'
import { type CompareOp, flipped, type OperandData, type Rule } from './rule.ts'

/** What a rule demands of a record, as a clause: `the status is live`. Whoever asks is called so. */
export function conditionText(rule: Rule, isNegated = false): string {
  return texts[rule.kind](rule as never, isNegated)
}

/** `the customer of the order` */
export function pathText(path: readonly string[]): string {
  return path
    .toReversed()
    .map((name) => `the ${words(name)}`)
    .join(' of ')
}

/** `less than 10 minutes ago` */
export function agoText(within: Duration): string {
  return `less than ${durationText(within)} ago`
}

/** `allowed to write by the access` */
export function allowedText({ list, level }: Extract<Rule, { kind: 'allows' }>): string {
  return `allowed to ${level} by ${operandText(list)}`
}

const texts: { readonly [K in Rule['kind']]: (rule: Extract<Rule, { kind: K }>, isNegated: boolean) => string } = {
  constant: (rule, isNegated) => (rule.value === isNegated ? 'never' : 'always'),
  signedIn: (_rule, isNegated) => `who asks is ${isNegated ? 'not ' : ''}signed in`,
  role: (rule, isNegated) => `who asks is ${isNegated ? 'not ' : ''}${rule.anyOf.join(' or ')}`,
  permission: (rule, isNegated) => `who asks ${isNegated ? 'lacks' : 'has'} the permission ${rule.anyOf.join(' or ')}`,
  recentlyAuthenticated: ({ within }, isNegated) =>
    `who asks ${isNegated ? 'did not sign in' : 'signed in'} ${agoText(within)}`,
  and: (rule, isNegated) => (isNegated ? `not (${joined(rule.of, ' and ')})` : joined(rule.of, ' and ')),
  or: (rule, isNegated) => (isNegated ? `not (${joined(rule.of, ' or ')})` : joined(rule.of, ' or ')),
  not: (rule, isNegated) => conditionText(rule.of, !isNegated),
  compare: (rule, isNegated) => compareText(rule, isNegated),
  isNull: (rule, isNegated) => `${operandText(rule.operand)} is ${isNegated ? '' : 'not '}set`,
  allows: (rule, isNegated) => `who asks is ${isNegated ? 'not ' : ''}${allowedText(rule)}`,
  some(rule, isNegated) {
    const which = `${isNegated ? 'none' : 'one'} of ${pathText(rule.path)}`
    return rule.of.kind === 'constant' ? `there is ${which}` : `for ${which} ${grouped(rule.of)}`
  },
}

function joined(rules: readonly Rule[], word: string): string {
  return rules.map(grouped).join(word)
}

function grouped(rule: Rule): string {
  const text = conditionText(rule)
  return rule.kind === 'and' || rule.kind === 'or' ? `(${text})` : text
}

type Comparison = Extract<Rule, { kind: 'compare' }>

function compareText(rule: Comparison, isNegated: boolean): string {
  const isFlipped = rule.left.from !== 'row' && rule.right.from === 'row'
  const [left, op, right] = isFlipped ? [rule.right, flipped[rule.op], rule.left] : [rule.left, rule.op, rule.right]
  if (op === 'eq' && left.from === 'row' && right.from === 'literal' && typeof right.value === 'boolean')
    return flagText(left.path, right.value !== isNegated)
  return `${operandText(left)} ${verbs[op][isNegated ? 1 : 0]} ${operandText(right)}`
}

/** A flag is read as what it says: `isPublic` is `it is public`. */
function flagText(path: readonly string[], isTrue: boolean): string {
  const owner = path.length === 1 ? 'it' : pathText(path.slice(0, -1))
  return `${owner} is ${isTrue ? '' : 'not '}${words(path.at(-1)!).replace(/^is /, '')}`
}

const verbs: Readonly<Record<CompareOp, readonly [positive: string, negative: string]>> = {
  eq: ['is', 'is not'],
  lt: ['is less than', 'is not less than'],
  lte: ['is at most', 'is not at most'],
  gt: ['is more than', 'is not more than'],
  gte: ['is at least', 'is not at least'],
  in: ['is', 'is not'],
  contains: ['contains', 'does not contain'],
  icontains: ['contains', 'does not contain'],
  startsWith: ['begins with', 'does not begin with'],
  endsWith: ['ends with', 'does not end with'],
  has: ['has', 'does not have'],
}

function operandText(operand: OperandData): string {
  if (operand.from === 'row') return pathText(operand.path)
  if (operand.from === 'actor') return operand.name === 'id' ? 'who asks' : 'the tenant of who asks'
  return operand.from === 'now' ? 'now' : literalText(operand.value)
}

function literalText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(literalText).join(' or ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** `orderItems` as people say it: `order items`. */
function words(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
}
