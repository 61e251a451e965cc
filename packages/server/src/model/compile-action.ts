import type { Action } from './action.ts'
import { compileField } from './compile-field.ts'
import { compileRule } from './compile-rule.ts'
import type { Draft, Drafts } from './draft.ts'
import type { Fields } from './field.ts'
import type { ActionModel, FieldModel } from './model.ts'
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
    input: compileFields(action.input, drafts, `${path}.input`, problems),
    output: compileOutput(action, drafts, path, problems),
    allow: compileRule(action.allow, false, `${path}.allow`, problems),
    description: action.description,
    timeoutMs: action.timeoutMs,
    run: action.run,
  })
}

function compileOutput(action: Action, drafts: Drafts, path: string, problems: Problems): ActionModel['output'] {
  if (action.output === undefined) return { kind: 'none' }
  if (typeof action.output !== 'string')
    return { kind: 'values', fields: compileFields(action.output, drafts, `${path}.output`, problems) }
  if (!drafts.has(action.output)) problems.add(`${path}.output`, `There is no collection ${action.output}.`)
  return { kind: 'record', collection: action.output }
}

function compileFields(
  fields: Fields,
  drafts: Drafts,
  path: string,
  problems: Problems,
): ReadonlyMap<string, FieldModel> {
  const compiled = new Map<string, FieldModel>()
  for (const [name, field] of Object.entries(fields)) {
    const model = compileField(name, field, `${path}.${name}`, problems)
    if (model === undefined) continue
    const { relation } = field.type
    if (relation !== undefined && relation.kind !== 'reference')
      problems.add(`${path}.${name}`, 'An input or output has no far side of a relation. Use list(text()).')
    else if (relation !== undefined && !drafts.has(relation.target))
      problems.add(`${path}.${name}`, `There is no collection ${relation.target}.`)
    compiled.set(name, model)
  }
  return compiled
}
