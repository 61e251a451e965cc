import type { Duration } from '../base/duration.ts'

/**
 * Rules: who may do what to which record, as data.
 *
 * A rule is an expression tree built once, when the model is compiled. It is bound to an actor for each request
 * (`query/bind-rule.ts`) and then used as SQL, in memory and as text.
 *
 * Logic has two values, as people expect: a comparison with null is false, and `not` turns false into true.
 */
export type Rule =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'signedIn' }
  | { readonly kind: 'role'; readonly anyOf: readonly string[] }
  | { readonly kind: 'permission'; readonly anyOf: readonly string[] }
  | { readonly kind: 'recentlyAuthenticated'; readonly within: Duration }
  | { readonly kind: 'and'; readonly of: readonly Rule[] }
  | { readonly kind: 'or'; readonly of: readonly Rule[] }
  | { readonly kind: 'not'; readonly of: Rule }
  | { readonly kind: 'compare'; readonly op: CompareOp; readonly left: OperandData; readonly right: OperandData }
  | { readonly kind: 'isNull'; readonly operand: OperandData }
  /** An access list gives who asks the level, or a higher one. */
  | { readonly kind: 'allows'; readonly list: OperandData; readonly level: string }
  /** At least one record at the end of `path` (the far side of a relation) satisfies `of`. */
  | { readonly kind: 'some'; readonly path: readonly string[]; readonly scope: number; readonly of: Rule }

export type CompareOp =
  | 'eq'
  | 'lt'
  | 'lte'
  | 'gt'
  | 'gte'
  | 'in'
  | 'contains'
  | 'icontains'
  | 'startsWith'
  | 'endsWith'
  | 'has'

/** `a < b` said from the other side; operators that have no other side are written with the row first (`compileModel` sees to it). */
export const flipped: Readonly<Record<CompareOp, CompareOp>> = {
  eq: 'eq',
  lt: 'gt',
  lte: 'gte',
  gt: 'lt',
  gte: 'lte',
  in: 'in',
  contains: 'contains',
  icontains: 'icontains',
  startsWith: 'startsWith',
  endsWith: 'endsWith',
  has: 'has',
}

export type OperandData =
  /** A field of the row, through references: `['order', 'customer']`. `scope` 0 is the record, 1 the row of a `some` … */
  | { readonly from: 'row'; readonly path: readonly string[]; readonly scope: number }
  | { readonly from: 'actor'; readonly name: 'id' | 'tenant' }
  | { readonly from: 'literal'; readonly value: unknown }
  /** The moment of the request. */
  | { readonly from: 'now' }

const operand = Symbol('galley.operand')
const operandType = Symbol('galley.operandType')

/** Something a rule compares. Made by `row.…`, `actor.id` and `now()`. */
export interface Operand<T = unknown> {
  readonly [operand]: OperandData
  readonly [operandType]?: T
}

/** A reference seen from a rule: its id, and the fields of the record behind it. */
export type ReferenceOperand<T> = Operand<T> & DeepRow
/** Fields behind a reference; their names are checked when the model is compiled. */
export interface DeepRow {
  readonly [field: string]: any // any: types travel one level deep, and noUncheckedIndexedAccess adds undefined to all else
}
/** The row of a rule that does not know its collection, as in the options of a field: one rule then serves fields and collections. */
export type AnyRow = any // any: what the row holds is checked when the model is compiled

export interface ActorRef {
  readonly id: Operand<string>
  /** The id of the tenant they act in. */
  readonly tenant: Operand<string>
  /** True for an actor who holds one of the roles. */
  hasRole(...roles: readonly [string, ...string[]]): Rule
  /** True for an actor who holds one of the permissions. */
  hasPermission(...permissions: readonly [string, ...string[]]): Rule
}

export interface RuleScope<Row> {
  readonly row: Row
  readonly actor: ActorRef
}

/** What a declaration takes where a rule is meant. The function is called once, when the model is compiled. */
export type RuleInput<Row> = Rule | ((scope: RuleScope<Row>) => Rule)

export const everyone = (): Rule => constantTrue
export const nobody = (): Rule => constantFalse
/** Anyone who proved who they are: a user or an API key. */
export const signedIn = (): Rule => signedInRule
/** Whoever holds at least one of the roles. */
export const role = (...anyOf: readonly [string, ...string[]]): Rule =>
  Object.freeze({ kind: 'role', anyOf: Object.freeze([...anyOf]) })
/** Whoever holds at least one of the permissions, which roles bring at run time. They are declared in `defineApp`. */
export const permission = (...anyOf: readonly [string, ...string[]]): Rule =>
  Object.freeze({ kind: 'permission', anyOf: Object.freeze([...anyOf]) })
/**
 * Whoever proved who they are at most this long ago, at the moment of the request: `recentlyAuthenticated('10m')`. Where nothing else
 * is in the way, the refusal is operation_reauthentication_required, and tells to sign in again.
 */
export const recentlyAuthenticated = (within: Duration): Rule =>
  Object.freeze({ kind: 'recentlyAuthenticated', within })

export const and = (...of: readonly Rule[]): Rule => Object.freeze({ kind: 'and', of: Object.freeze([...of]) })
export const or = (...of: readonly Rule[]): Rule => Object.freeze({ kind: 'or', of: Object.freeze([...of]) })
export const not = (of: Rule): Rule => Object.freeze({ kind: 'not', of })

type Comparable<T> = Operand<T> | (T extends null ? never : T)

export const eq = <T>(left: Operand<T>, right: Comparable<NonNullable<T>> | Operand<any>): Rule =>
  compare('eq', left, right) // any: a reference compares with any id
export const ne = <T>(left: Operand<T>, right: Comparable<NonNullable<T>> | Operand<any>): Rule => not(eq(left, right)) // any: as above
export const lt = <T>(left: Operand<T>, right: Comparable<NonNullable<T>>): Rule => compare('lt', left, right)
export const lte = <T>(left: Operand<T>, right: Comparable<NonNullable<T>>): Rule => compare('lte', left, right)
export const gt = <T>(left: Operand<T>, right: Comparable<NonNullable<T>>): Rule => compare('gt', left, right)
export const gte = <T>(left: Operand<T>, right: Comparable<NonNullable<T>>): Rule => compare('gte', left, right)
export const oneOf = <T>(left: Operand<T>, values: readonly NonNullable<T>[]): Rule =>
  compare('in', left, Object.freeze([...values]) as never)
export const isNull = (value: Operand): Rule => Object.freeze({ kind: 'isNull', operand: value[operand] })
export const isSet = (value: Operand): Rule => not(isNull(value))
/** A text holds another; letters must be the same, also in case. */
export const contains = (text: Operand<string> | Operand<string | null>, part: string): Rule =>
  compare('contains', text, part)
/** Like `contains`, but `A` is found by `a`. */
export const icontains = (text: Operand<string> | Operand<string | null>, part: string): Rule =>
  compare('icontains', text, part)
export const startsWith = (text: Operand<string> | Operand<string | null>, part: string): Rule =>
  compare('startsWith', text, part)
export const endsWith = (text: Operand<string> | Operand<string | null>, part: string): Rule =>
  compare('endsWith', text, part)
/** A list field has the element. */
export const has = <T>(list: Operand<readonly T[] | null>, element: T): Rule =>
  compare('has', list as Operand, element as never)

/**
 * An access list of the record gives the level, or a higher one, to who asks: by their id, one of their roles, their tenant, or as
 * everyone: `allows(row.access, 'write')`.
 */
export const allows = <Level extends string>(
  list: Operand<readonly { readonly level: Level }[]>,
  level: NoInfer<Level>,
): Rule => Object.freeze({ kind: 'allows', list: list[operand], level })

/** At least one record of a relation satisfies a rule: `some(row.items, (item) => gt(item.quantity, 10))`. */
export function some(relation: Operand, rule: (row: AnyRow) => Rule): Rule {
  const data = relation[operand]
  if (data.from !== 'row') throw new TypeError('some() takes a relation of the row, such as row.items')
  return Object.freeze({ kind: 'some', path: data.path, scope: data.scope, of: rule(rowRef(data.scope + 1)) })
}
export const none = (relation: Operand, rule: (row: AnyRow) => Rule): Rule => not(some(relation, rule))

/** The moment of the request, for instants. */
export const now = (): Operand<string> => makeOperand({ from: 'now' })

/** Turns what a declaration says into the tree. */
export function ruleFromInput<Row>(input: RuleInput<Row>): Rule {
  if (typeof input !== 'function') return input
  return input({ row: rowRef(0) as Row, actor: actorRef })
}

/** Whether a rule allows everybody everything, whoever asks and whatever the record. */
export function isForEveryone(rule: Rule): boolean {
  return rule.kind === 'constant' && rule.value
}

/** Whether a rule allows nobody anything, whoever asks and whatever the record. */
export function isForNobody(rule: Rule): boolean {
  return rule.kind === 'constant' && !rule.value
}

const constantTrue: Rule = Object.freeze({ kind: 'constant', value: true })
const constantFalse: Rule = Object.freeze({ kind: 'constant', value: false })
const signedInRule: Rule = Object.freeze({ kind: 'signedIn' })

const actorRef: ActorRef = Object.freeze({
  id: makeOperand<string>({ from: 'actor', name: 'id' }),
  tenant: makeOperand<string>({ from: 'actor', name: 'tenant' }),
  hasRole: role,
  hasPermission: permission,
})

function compare(op: CompareOp, left: unknown, right: unknown): Rule {
  return Object.freeze({ kind: 'compare', op, left: operandFrom(left), right: operandFrom(right) })
}

function operandFrom(value: unknown): OperandData {
  if (typeof value === 'object' && value !== null && operand in value) return (value as Operand)[operand]
  return Object.freeze({ from: 'literal', value })
}

function makeOperand<T>(data: OperandData): Operand<T> {
  return Object.freeze({ [operand]: Object.freeze(data) }) as unknown as Operand<T>
}

/** A stand-in for a row: every property is a longer path. */
function rowRef(scope: number, path: readonly string[] = []): AnyRow {
  const data: OperandData = Object.freeze({ from: 'row', path: Object.freeze(path), scope })
  return new Proxy({} as AnyRow, {
    get: (_target, name) =>
      name === operand ? data : typeof name === 'string' ? rowRef(scope, [...path, name]) : undefined,
    has: (_target, name) => name === operand,
  })
}
