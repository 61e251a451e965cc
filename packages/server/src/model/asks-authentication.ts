import type { Rule } from './rule.ts'

/** Whether a rule asks when who asks has signed in: another sign-in may then change what it allows. */
export function asksAuthentication(rule: Rule): boolean {
  if (rule.kind === 'and' || rule.kind === 'or') return rule.of.some(asksAuthentication)
  if (rule.kind === 'not' || rule.kind === 'some') return asksAuthentication(rule.of)
  return rule.kind === 'recentlyAuthenticated'
}
