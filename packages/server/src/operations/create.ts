import { GalleyError } from '../base/error.ts'
import { system } from '../model/actor.ts'
import type { CollectionModel } from '../model/model.ts'
import { readableRows, ruleFor } from '../query/access.ts'
import { allOf, always, isLocal, isNever } from '../query/condition.ts'
import { evaluate } from '../query/evaluate.ts'
import { announce } from './announce.ts'
import { assignmentsFrom, splitLinks } from './assignments.ts'
import { operationErrors } from './errors.ts'
import { hasHooks, runHooks } from './hooks.ts'
import { replaceLinks } from './links.ts'
import type { ChangeAnswer, OperationContext, Operations } from './operations.ts'
import { askAs, collectionNamed, type InTransaction, inTransaction, type Runtime, refusal } from './runtime.ts'
import { readAsSystem } from './subject.ts'
import {
  type CheckedInput,
  checkInput,
  collectInput,
  completeValues,
  missingIssues,
  type RecordValues,
  writeConditions,
} from './validate.ts'
import { checkList, referenceChecks, requireReferences, type Written, writeRow } from './write.ts'

/** Creates one record on behalf of the actor, or throws before anything is kept. */
export async function createRecord(
  context: OperationContext,
  name: string,
  input: unknown,
  operations: Operations,
  runtime: Runtime,
): Promise<ChangeAnswer> {
  const collection = collectionNamed(name, runtime)
  requireCreatable(collection, context, runtime)
  const given = checkNewInput(input, collection, context, runtime)
  return inTransaction(context, runtime, (joined) => createInside(joined, collection, given, operations, runtime))
}

/** The part inside the transaction: hooks, the row, its links, what is announced. */
export async function createInside(
  context: InTransaction,
  collection: CollectionModel,
  given: CheckedInput,
  operations: Operations,
  runtime: Runtime,
): Promise<ChangeAnswer> {
  const values = await valuesAfterHooks(given.values, collection, context, operations, runtime)
  const id = given.id ?? runtime.newId()
  const written = await insertDerived(id, values, given, collection, context, runtime)
  if (hasHooks(collection, 'afterCreate')) {
    const record = await readAsSystem(id, collection, context, runtime)
    await runHooks('afterCreate', { record }, collection, context, operations, runtime)
  }
  await announce('created', id, collection, context, runtime)
  return {
    kind: 'change',
    collection: collection.name,
    id,
    version: written.version,
    isCreated: true,
    json: written.json,
  }
}

/** @throws operation_forbidden, operation_sign_in_required  when the actor may create nothing here, whatever it be. */
export function requireCreatable(collection: CollectionModel, context: OperationContext, runtime: Runtime): void {
  const asking = askAs(context, runtime)
  if (isNever(ruleFor(collection.rules.create, collection, asking)))
    throw refusal('create', collection.name, context.actor)
}

/** Checks the input of a new record; what hooks may still fill in is not missed yet. */
export function checkNewInput(
  input: unknown,
  collection: CollectionModel,
  context: OperationContext,
  runtime: Runtime,
  operation: 'create' | 'replace' = 'create',
): CheckedInput {
  const asking = askAs(context, runtime)
  const mode = { operation, allowsIncrements: false }
  if (hasHooks(collection, 'beforeCreate')) return checkInput(input, collection, asking, mode)
  const checked = collectInput(input, collection, asking, mode)
  const told = new Set(checked.issues.map((issue) => issue.pointer.split('/')[1]))
  const missing = checked.issues.some((issue) => issue.pointer === '')
    ? []
    : missingIssues(checked.values, collection, asking)
  const issues = [...checked.issues, ...missing.filter((issue) => !told.has(issue.pointer.slice(1)))]
  if (issues.length > 0) throw operationErrors.invalid({ issues })
  if (checked.forbidden.length > 0) throw operationErrors.field_forbidden({ issues: checked.forbidden })
  return checked
}

async function valuesAfterHooks(
  values: RecordValues,
  collection: CollectionModel,
  context: InTransaction,
  operations: Operations,
  runtime: Runtime,
): Promise<RecordValues> {
  if (!hasHooks(collection, 'beforeCreate')) return values
  let current = values
  for (const result of await runHooks('beforeCreate', { values: current }, collection, context, operations, runtime)) {
    current = { ...current, ...checkHookValues(result, collection, context, runtime) }
  }
  return current
}

/** What a hook returns is code's own word, so no write rule is asked; its types are checked like any input. */
export function checkHookValues(
  result: unknown,
  collection: CollectionModel,
  context: OperationContext,
  runtime: Runtime,
): RecordValues {
  if (result === undefined || result === null) return {}
  const asking = { ...askAs(context, runtime), actor: system }
  return checkInput(result, collection, asking, { operation: 'update', allowsIncrements: false }).values
}

const maxDerivedAttempts = 8

/** A derived value that is taken (the slug of a name) is made again, differently. */
async function insertDerived(
  id: string,
  values: RecordValues,
  given: CheckedInput,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<Written> {
  const derived = [...collection.fields.values()].filter(
    (field) => field.type.derive !== undefined && (values[field.name] ?? null) === null,
  )
  if (derived.length === 0) return insert(id, values, given, 0, collection, context, runtime)
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await context.tx.savepoint(() => insert(id, values, given, attempt, collection, context, runtime))
    } catch (error) {
      const isTaken =
        error instanceof GalleyError &&
        error.code === operationErrors.conflict.code &&
        derived.some((field) => error.issues.some((issue) => issue.pointer === `/${field.name}`))
      if (!isTaken || attempt === maxDerivedAttempts) throw error
    }
  }
}

async function insert(
  id: string,
  values: RecordValues,
  given: CheckedInput,
  attempt: number,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<Written> {
  const asking = askAs(context, runtime)
  const { own, links } = splitLinks(values, collection)
  const complete = {
    id,
    ...completeValues(own, collection, asking, attempt),
    createdAt: context.now,
    updatedAt: context.now,
    version: 1,
  }
  const rule = allOf([
    ruleFor(collection.rules.create, collection, asking),
    ...writeConditions(given, collection, asking),
  ])
  if (isLocal(rule) && !evaluate(rule, complete, asking.values.all))
    throw refusal('create', collection.name, context.actor)
  const checks = checkList()
  const allowed = checks.add(rule)
  const readable = checks.add(readableRows(collection, asking))
  const references = referenceChecks(complete, collection, asking, runtime)
  const first = checks.all.length
  checks.all.push(...references.map(({ condition }) => condition))
  const request = {
    collection,
    assignments: assignmentsFrom(complete, collection, asking.values),
    where: always,
    checks: checks.all,
  }
  const row = await writeRow('insert', request, asking, context, runtime)
  requireReferences(references, row!.checks.slice(first))
  if (!checks.holds(row!, allowed)) throw refusal('create', collection.name, context.actor)
  for (const { field, ids } of links) await replaceLinks(field, id, ids, context, runtime)
  return checks.holds(row!, readable) ? row! : { ...row!, json: JSON.stringify({ id }) }
}
