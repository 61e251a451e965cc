import type { Issue } from '../base/error.ts'
import { GalleyError } from '../base/error.ts'
import { isId } from '../base/id.ts'
import { issueSentences } from '../fields/issue-codes.ts'
import { defaultValue } from '../model/compile-field.ts'
import type { ActionModel, CollectionModel, FieldModel } from '../model/model.ts'
import { readableRows, ruleFor } from '../query/access.ts'
import { allOf, isNever } from '../query/condition.ts'
import { selectionFromInput } from '../query/selection.ts'
import { operationErrors } from './errors.ts'
import { effectsOf } from './hooks.ts'
import type { ActionAnswer, OperationContext, Operations } from './operations.ts'
import { hasId, notFound, oneRecordPlan, runRead } from './read.ts'
import { askAs, collectionNamed, type InTransaction, inTransaction, type Runtime, refusal } from './runtime.ts'
import { isPlainObject, parseValue, type RecordValues } from './validate.ts'

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
  return inTransaction(
    context,
    runtime,
    async (joined) => {
      const record = id === undefined ? undefined : await lockSubject(id, action, collection, joined, runtime)
      if (id === undefined) requireAllowed(action, collection, joined, runtime)
      const values = checkValues(input ?? {}, action.input, joined)
      const result = await action.run({ ...effectsOf(joined, operations, runtime), record, input: values })
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
  const visible = allOf([hasId(id, collection, asking), readableRows(collection, asking)])
  const plan = oneRecordPlan(collection, selectionFromInput({}, collection, asking), visible, true)
  const row = (await runRead(plan, asking, context, runtime))[0]
  if (row === undefined) throw notFound(collection)
  if (!(await isAllowed(id, action, collection, context, runtime)))
    throw refusal(action.name, collection.name, context.actor)
  return JSON.parse(row[0] as string)
}

async function isAllowed(
  id: string,
  action: ActionModel,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<boolean> {
  const asking = askAs(context, runtime)
  const where = allOf([hasId(id, collection, asking), ruleFor(action.allow, collection, asking)])
  if (isNever(where)) return false
  const rows = await runRead(
    oneRecordPlan(collection, { fields: [{ name: 'id' }], expands: [] }, where),
    asking,
    context,
    runtime,
  )
  return rows.length > 0
}

function requireAllowed(
  action: ActionModel,
  collection: CollectionModel,
  context: OperationContext,
  runtime: Runtime,
): void {
  if (isNever(ruleFor(action.allow, collection, askAs(context, runtime))))
    throw refusal(action.name, collection.name, context.actor)
}

/** Checks values that are not a record: the input and the output of an action. */
function checkValues(input: unknown, fields: ReadonlyMap<string, FieldModel>, context: OperationContext): RecordValues {
  const issues: Issue[] = []
  if (!isPlainObject(input))
    throw operationErrors.invalid({ issues: [{ pointer: '', code: 'type', message: 'must be an object' }] })
  for (const name of Object.keys(input)) {
    if (!fields.has(name))
      issues.push({ pointer: `/${name}`, code: 'unknown_field', message: issueSentences.unknown_field() })
  }
  const values = Object.fromEntries(
    [...fields.values()].map((field) => [field.name, givenValue(field, input[field.name], context, issues)]),
  )
  if (issues.length > 0) throw operationErrors.invalid({ issues })
  return values
}

function givenValue(field: FieldModel, given: unknown, context: OperationContext, issues: Issue[]): unknown {
  const value = given ?? (given === null && field.isOptional ? null : defaultValue(field, context))
  if (value !== undefined && value !== null) return parseValue(field, value, `/${field.name}`, issues)
  if (!field.isOptional)
    issues.push({ pointer: `/${field.name}`, code: 'required', message: issueSentences.required() })
  return null
}

async function answerFrom(
  result: unknown,
  action: ActionModel,
  context: InTransaction,
  operations: Operations,
): Promise<ActionAnswer> {
  const { output } = action
  if (output.kind === 'none')
    return result === undefined ? { kind: 'none' } : { kind: 'text', json: JSON.stringify(result) }
  if (output.kind === 'values')
    return { kind: 'text', json: JSON.stringify(checkValues(result, output.fields, context)) }
  const id = typeof result === 'string' ? result : (result as { id?: unknown } | undefined)?.id
  if (!isId(id))
    throw new Error(
      `The action ${action.collection}.${action.name} must return a record of ${output.collection}, or its id.`,
    )
  return recordAnswer(id, output.collection, context, operations)
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
