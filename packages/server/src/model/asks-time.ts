import type { Rule } from './rule.ts'

/** Whether a rule asks for the moment of the request: what it allows then changes by itself. */
export function asksTime(rule: Rule): boolean {
  switch (rule.kind) {
    case 'constant':
    case 'signedIn':
    case 'role':
    case 'permission':
    case 'allows':
      return false
    case 'recentlyAuthenticated':
      return true
    case 'and':
    case 'or':
      return rule.of.some(asksTime)
    case 'not':
    case 'some':
      return asksTime(rule.of)
    case 'isNull':
      return rule.operand.from === 'now'
    case 'compare':
      return rule.left.from === 'now' || rule.right.from === 'now'
  }
}
