import { isRule, noRule } from './check-rule.ts'
import type { Problems } from './problems.ts'
import { everyone, nobody, type Rule, type RuleInput, ruleFromInput } from './rule.ts'

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
  if (rule !== undefined) problems.add(path, noRule)
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
