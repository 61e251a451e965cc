import { GalleyError } from '../base/error.ts'
import { isObject } from '../base/is-object.ts'
import type { CollectionModel } from '../model/model.ts'
import { ConstraintError } from '../ports/database.ts'
import { ruleFor } from '../query/access.ts'
import { isNever } from '../query/condition.ts'
import { evaluate } from '../query/evaluate.ts'
import { announce } from './announce.ts'
import { splitLinks } from './assignments.ts'
import { type CheckedInput, collectInput, type RecordValues, requireAccepted } from './check-input.ts'
import { addMissing, completeValues } from './complete-values.ts'
import { operationErrors } from './errors.ts'
import { hasHooks, runHooks, valuesAfterHooks } from './hooks.ts'
import { makeLinks } from './links.ts'
import { notFound } from './one-record.ts'
import type { ChangeAnswer, OperationContext, Operations } from './operations.ts'
import { denial, denialNow, holdsFor, holdsNow } from './permissions.ts'
import { preparedInsert } from './prepared-insert.ts'
import { danglingReferences } from './references.ts'
import { refusalBy, requireInScope } from './refusal.ts'
import { askAs, collectionNamed, type InTransaction, inTransaction, type Runtime } from './runtime.ts'
import { readAsSystem, versionAndJson } from './stored-record.ts'
import { sendWrite } from './write.ts'

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
  const isWhole = context.tx === undefined
  return inTransaction(context, runtime, (joined) =>
    createInside(joined, collection, given, operations, runtime, isWhole),
  )
}

/**
 * The part inside the transaction: hooks, the row, its links, what is announced.
 *
 * @param isWhole  whether the transaction is there for this alone.
 */
export async function createInside(
  context: InTransaction,
  collection: CollectionModel,
  given: CheckedInput,
  operations: Operations,
  runtime: Runtime,
  isWhole = false,
): Promise<ChangeAnswer> {
  const changed = await valuesAfterHooks('beforeCreate', given, {}, collection, context, operations, runtime)
  const id = changed.id ?? runtime.newId()
  const { own, links } = splitLinks(changed.values, collection)
  const hasLinks = links.length > 0
  const isLast = isWhole && !hasLinks && !collection.announces && !hasHooks(collection, 'afterCreate')
  const row: NewRow = { id, given: { ...changed, values: own }, hasLinks, isLast }
  const json = await insertDerived(row, collection, context, runtime)
  if (row.hasLinks) {
    await makeLinks(id, links, changed, context, runtime)
    const refused = await denialNow(id, 'create', changed, collection, context, runtime)
    if (refused !== undefined) throw refused
  }
  await announce('created', id, collection, context, runtime)
  if (hasHooks(collection, 'afterCreate')) {
    const record = await readAsSystem(id, collection, context, runtime)
    await runHooks('afterCreate', { record }, collection, context, operations, runtime)
  }
  const mayBeOther = row.hasLinks || hasHooks(collection, 'afterCreate')
  const now = mayBeOther ? await versionAndJson(id, collection, context, runtime) : undefined
  return { kind: 'change', collection: collection.name, id, isCreated: true, ...(now ?? { version: 1, json }) }
}

/** Whether creating it is one statement, unless something is wrong or a derived value is taken. */
export function isOneInsert(input: unknown, collection: CollectionModel): boolean {
  if (collection.announces || hasHooks(collection, 'beforeCreate', 'afterCreate')) return false
  const hasLinks = (name: string) => collection.fields.get(name)?.relation?.kind === 'manyToMany'
  return isObject(input) && !Object.keys(input).some(hasLinks)
}

/** @throws operation_forbidden, operation_sign_in_required  when the actor may create nothing here, whatever it be. */
export function requireCreatable(collection: CollectionModel, context: OperationContext, runtime: Runtime): void {
  requireInScope('create', collection, context.actor)
  const asking = askAs(context, runtime)
  if (isNever(ruleFor(collection.rules.create, collection, asking)))
    throw refusalBy(collection.rules.create, 'create', collection, asking)
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
  const checked = collectInput(input, collection, asking, { operation, allowsIncrements: false })
  if (!hasHooks(collection, 'beforeCreate')) addMissing(checked.values, collection, asking, checked.issues)
  requireAccepted(checked)
  return checked
}

interface NewRow {
  readonly id: string
  /** Values of the row itself, without links. */
  readonly given: CheckedInput
  /** Rules may speak of its links, so they are asked when these are made. */
  readonly hasLinks: boolean
  /** Nothing is done after it. */
  readonly isLast: boolean
}

const maxDerivedAttempts = 8

/** A derived value that is taken (the slug of a name) is made again, differently. Gives the JSON for the actor. */
async function insertDerived(
  row: NewRow,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<string> {
  const derived = [...collection.fields.values()].filter(
    (field) => field.type.derive !== undefined && (row.given.values[field.name] ?? null) === null,
  )
  if (derived.length === 0 || context.isTentative === true) return insert(row, 0, collection, context, runtime)
  const columns = new Set(derived.flatMap((field) => field.columns.map((column) => column.name)))
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await context.tx.savepoint(() => insert(row, attempt, collection, context, runtime))
    } catch (error) {
      if (attempt === maxDerivedAttempts || !isTaken(error, columns)) throw error
    }
  }
}

function isTaken(error: unknown, columns: ReadonlySet<string>): boolean {
  if (!(error instanceof GalleyError) || error.code !== operationErrors.conflict.code) return false
  return error.cause instanceof ConstraintError && error.cause.columns.some((column) => columns.has(column))
}

async function insert(
  { id, given, hasLinks, isLast }: NewRow,
  attempt: number,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<string> {
  const complete = {
    id,
    ...completeValues(given.values, collection, askAs(context, runtime), attempt),
    ...systemValues(context),
  }
  const prepared = preparedInsert(complete, given, hasLinks, collection, context, runtime)
  const values = prepared.valuesOf(complete)
  const refused = prepared.known.filter(({ condition }) => !evaluate(condition, complete, values))
  if (refused.length > 0) throw await denial(refused, 'create', collection, context, holdsFor(complete, runtime))
  const lastId = isLast && prepared.unknown.length === 0 ? id : undefined
  const write = { collection, statement: runtime.statements.fill(prepared.compiled, values), lastId }
  const row = await sendWrite('insert', write, prepared.checks, context, runtime)
  if (row === undefined)
    throw (await danglingReferences(complete, given.referred, collection, context, runtime)) ?? notFound(collection)
  const denied = prepared.unknown.filter(({ condition }) => !row.holds(condition))
  if (denied.length > 0)
    throw await denial(denied, 'create', collection, context, holdsNow(id, collection, context, runtime))
  return row.holds(prepared.readable) ? row.json : JSON.stringify({ id })
}

function systemValues({ now }: OperationContext): RecordValues {
  return { createdAt: now, updatedAt: now, version: 1 }
}
