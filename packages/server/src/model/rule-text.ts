import { agoText, allowedText, conditionText, pathText } from './condition-text.ts'
import type { Rule } from './rule.ts'
import { simplifiedRule } from './simplified-rule.ts'

/**
 * Says a rule in plain words, as an answer to "who may?": `staff, or whoever is the customer`.
 *
 * For docs and the admin; nothing decides by it.
 */
export function ruleText(rule: Rule): string {
  const simple = simplifiedRule(rule)
  return simple.kind === 'or' ? simple.of.map(textOf).join(', or ') : textOf(simple)
}

function textOf(rule: Rule): string {
  if (rule.kind === 'constant') return rule.value ? 'everyone' : 'nobody'
  if (rule.kind === 'role') return rule.anyOf.join(' or ')
  if (rule.kind === 'not' && rule.of.kind === 'role') return `everyone but ${rule.of.anyOf.join(' and ')}`
  const parts = rule.kind === 'and' ? rule.of : [rule]
  const about = parts.filter((part) => verbOf(part) === undefined)
  const verbs = parts.flatMap((part) => verbOf(part) ?? [])
  const where = about.map((part) => conditionText(part)).join(' and ')
  const who = verbs.length === 0 ? 'everyone' : (onlyRole(parts) ?? `whoever ${verbs.join(' and ')}`)
  return where === '' ? who : `${who}, where ${where}`
}

/** Of several parts, the one that says who: `staff, where the status is open`. */
function onlyRole(parts: readonly Rule[]): string | undefined {
  const whos = parts.filter((part) => verbOf(part) !== undefined)
  return whos.length === 1 && whos[0]!.kind === 'role' ? textOf(whos[0]!) : undefined
}

/** What a rule says of the actor alone, after "whoever"; undefined when it speaks of the record, too. */
function verbOf(rule: Rule, not = ''): string | undefined {
  if (rule.kind === 'signedIn') return `is ${not}signed in`
  if (rule.kind === 'role') return `is ${not}${rule.anyOf.join(' or ')}`
  if (rule.kind === 'permission') return `${not === '' ? 'has' : 'lacks'} the permission ${rule.anyOf.join(' or ')}`
  if (rule.kind === 'recentlyAuthenticated')
    return `${not === '' ? 'signed in' : 'did not sign in'} ${agoText(rule.within)}`
  if (rule.kind === 'allows') return `is ${not}${allowedText(rule)}`
  if (rule.kind === 'not') return not === '' ? verbOf(rule.of, 'not ') : undefined
  if (rule.kind === 'some') return verbOfSome(rule, not)
  if (rule.kind !== 'compare') return undefined
  const { op, left, right } = rule
  const [row, other] = left.from === 'row' ? [left, right] : [right, left]
  if (row.from !== 'row' || other.from !== 'actor') return undefined
  if (other.name === 'tenant') return op === 'eq' ? belongsText(row.path, not) : undefined
  if (op === 'has') return `is ${not}among ${pathText(row.path)}`
  return op === 'eq' ? `is ${not}${personText(row.path)}` : undefined
}

function belongsText(path: readonly string[], not: string): string {
  return `${not === '' ? 'belongs' : 'does not belong'} to ${personText(path)}`
}

function verbOfSome(rule: Extract<Rule, { kind: 'some' }>, not: string): string | undefined {
  const inner = verbOf(rule.of)
  if (inner === undefined || rule.of.kind !== 'compare') return undefined
  const whom = inner.replace(/^is /, '')
  return `is ${not}${whom === theRecordItself ? 'one' : whom} of ${pathText(rule.path)}`
}

const theRecordItself = 'the one it is about'

function personText(path: readonly string[]): string {
  if (path.at(-1) !== 'id') return pathText(path)
  return path.length === 1 ? theRecordItself : pathText(path.slice(0, -1))
}
