import type { Rule } from './rule.ts'

/** The same rule without the parts that say nothing: `or(everyone(), …)` is everyone, `not(not(…))` is what is inside. */
export function simplifiedRule(rule: Rule): Rule {
  if (rule.kind === 'not') return negated(simplifiedRule(rule.of))
  if (rule.kind === 'some') return { ...rule, of: simplifiedRule(rule.of) }
  return rule.kind === 'and' || rule.kind === 'or' ? combined(rule.kind, rule.of.map(simplifiedRule)) : rule
}

function negated(rule: Rule): Rule {
  if (rule.kind === 'not') return rule.of
  return rule.kind === 'constant' ? constant(!rule.value) : { kind: 'not', of: rule }
}

function combined(kind: 'and' | 'or', parts: readonly Rule[]): Rule {
  const addsNothing = kind === 'and'
  const flat = parts.flatMap((part) => (part.kind === kind ? part.of : [part]))
  if (flat.some((part) => part.kind === 'constant' && part.value !== addsNothing)) return constant(!addsNothing)
  const rest = flat.filter((part) => part.kind !== 'constant')
  return rest.length < 2 ? (rest[0] ?? constant(addsNothing)) : { kind, of: rest }
}

function constant(value: boolean): Rule {
  return { kind: 'constant', value }
}
