import type { Action } from './action.ts'
import { compileInput } from './compile-input.ts'
import { compileRule } from './compile-rule.ts'
import type { Draft, Drafts } from './draft.ts'
import type { ActionModel } from './model.ts'
import { collectionNamePattern, fieldNamePattern, reservedActionNames } from './names.ts'
import type { Problems } from './problems.ts'

/** Compiles one action of a collection. */
export function compileAction(
  action: Action,
  draft: Draft,
  drafts: Drafts,
  path: string,
  problems: Problems,
): ActionModel {
  if (!fieldNamePattern.test(action.name) && !collectionNamePattern.test(action.name))
    problems.add(path, 'An action is named by a verb in camelCase or kebab-case, such as checkout.')
  if (reservedActionNames.has(action.name)) problems.add(path, `The name ${action.name} is reserved. Take another.`)
  if (!Number.isInteger(action.timeoutMs) || action.timeoutMs < 1 || action.timeoutMs > 60_000)
    problems.add(path, 'timeoutMs is between 1 and 60000.')
  return Object.freeze({
    name: action.name,
    collection: draft.name,
    on: action.on,
    input: compileInput(action.input, drafts, `${path}.input`, problems),
    output: compileOutput(action, drafts, path, problems),
    allow: compileRule(action.allow, false, `${path}.allow`, problems),
    description: action.description,
    timeoutMs: action.timeoutMs,
    hasSecret: action.hasSecret,
    run: action.run,
  })
}

function compileOutput(action: Action, drafts: Drafts, path: string, problems: Problems): ActionModel['output'] {
  if (action.output === undefined) return { kind: 'none' }
  if (typeof action.output !== 'string')
    return { kind: 'values', fields: compileInput(action.output, drafts, `${path}.output`, problems) }
  if (!drafts.has(action.output)) problems.add(`${path}.output`, `There is no collection ${action.output}.`)
  return { kind: 'record', collection: action.output }
}
