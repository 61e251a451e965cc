import { GalleyError } from '../base/error.ts'
import { isId } from '../base/id.ts'
import { isObject } from '../base/is-object.ts'
import { asksAuthentication } from '../model/asks-authentication.ts'
import type { ActionModel, CollectionModel, FieldModel } from '../model/model.ts'
import { type Asking, ruleFor, visibleRows } from '../query/access.ts'
import { allOf, isNever } from '../query/condition.ts'
import { collectIssues } from '../query/errors.ts'
import { selectionFromInput } from '../query/selection.ts'
import type { RecordValues } from './check-input.ts'
import { operationErrors } from './errors.ts'
import { effectsOf } from './hooks.ts'
import { inputValues, valuesOf } from './input-values.ts'
import { hasId, notFound, oneRecordPlan, runRead } from './one-record.ts'
import type { ActionAnswer, OperationContext, Operations } from './operations.ts'
import { holdsNow } from './permissions.ts'
import { afterSigningIn, reauthentication, refusal, refusalBy, requireInScope } from './refusal.ts'
import { askAs, collectionNamed, type InTransaction, inTransaction, type Runtime } from './runtime.ts'

/** Calls an action of the application in one transaction, on behalf of the actor. */
export async function callAction(
  context: OperationContext,
  name: string,
  actionName: string,
  id: string | undefined,
  input: unknown,
  operations: Operations,
  runtime: Runtime,
): Promise<ActionAnswer> {
  const collection = collectionNamed(name, runtime)
  const action = collection.actions.get(actionName)
  if (action === undefined || (action.on === 'record') !== (id !== undefined))
    throw operationErrors.unknown_action({ details: { collection: name, action: actionName } })
  requireInScope(actionName, collection, context.actor)
  return inTransaction(
    context,
    runtime,
    async (joined) => {
      const record = id === undefined ? undefined : await lockSubject(id, action, collection, joined, runtime)
      if (id === undefined) requireAllowed(action, collection, joined, runtime)
      const values = inputValues(input ?? {}, action.input, joined)
      const result: unknown = await action.run({ ...effectsOf(joined, operations, runtime), record, input: values })
      return answerFrom(result, action, joined, operations)
    },
    action.timeoutMs,
  )
}

/** The record as the actor may see it, locked, so that two calls at once run one after the other. */
async function lockSubject(
  id: string,
  action: ActionModel,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<unknown> {
  if (!isId(id)) throw notFound(collection)
  const asking = askAs(context, runtime)
  const visible = allOf([hasId(id, collection, asking), visibleRows(collection, asking)])
  const plan = oneRecordPlan(collection, selectionFromInput({}, collection, asking), visible, true)
  const row = isNever(visible) ? undefined : (await runRead(plan, asking, context, runtime))[0]
  if (row === undefined) throw notFound(collection)
  await requireAllowedOn(id, action, collection, context, runtime)
  return JSON.parse(row[0] as string)
}

async function requireAllowedOn(
  id: string,
  action: ActionModel,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<void> {
  const holds = holdsNow(id, collection, context, runtime)
  const rule = (asking: Asking) => ruleFor(action.allow, collection, asking)
  if (await holds(rule, context)) return
  const fresh = asksAuthentication(action.allow) ? afterSigningIn(context) : undefined
  if (fresh !== undefined && (await holds(rule, fresh))) throw reauthentication(action.name, collection)
  throw refusal(action.name, collection, context.actor)
}

function requireAllowed(
  action: ActionModel,
  collection: CollectionModel,
  context: OperationContext,
  runtime: Runtime,
): void {
  const asking = askAs(context, runtime)
  if (isNever(ruleFor(action.allow, collection, asking))) throw refusalBy(action.allow, action.name, collection, asking)
}

/** Only what the action declares as its output leaves it. */
async function answerFrom(
  result: unknown,
  action: ActionModel,
  context: InTransaction,
  operations: Operations,
): Promise<ActionAnswer> {
  const { output } = action
  if (output.kind === 'none') return { kind: 'none' }
  if (output.kind === 'values')
    return { kind: 'text', json: JSON.stringify(outputValues(result, output.fields, action, context)) }
  const id = isObject(result) ? result.id : result
  if (!isId(id)) throw wrongResult(action, `a record of ${output.collection}, or its id`)
  return recordAnswer(id, output.collection, context, operations)
}

function outputValues(
  result: unknown,
  fields: ReadonlyMap<string, FieldModel>,
  action: ActionModel,
  context: OperationContext,
): RecordValues {
  const expected = `an object with ${[...fields.keys()].join(', ')}`
  if (!isObject(result)) throw wrongResult(action, expected)
  const issues = collectIssues()
  const values = valuesOf(result, fields, context, issues)
  const [issue] = issues.all
  if (issue !== undefined) throw wrongResult(action, `${expected}, but ${issue.pointer} ${issue.message}`)
  return values
}

/** A mistake of the application, which the caller can do nothing about. */
function wrongResult({ collection, name }: ActionModel, expected: string): Error {
  return new Error(`The action ${collection}.${name} must return ${expected}.`)
}

/** The record as the actor may see it; only its id when the actor may not. */
async function recordAnswer(
  id: string,
  collection: string,
  context: InTransaction,
  operations: Operations,
): Promise<ActionAnswer> {
  try {
    const { json, version } = await operations.get(context, collection, id)
    return { kind: 'record', collection, id, version, json }
  } catch (error) {
    if (error instanceof GalleyError && hidden.has(error.category))
      return { kind: 'record', collection, id, version: 0, json: JSON.stringify({ id }) }
    throw error
  }
}
const hidden: ReadonlySet<string> = new Set(['not_found', 'forbidden', 'unauthenticated'])
