import { GalleyError } from '../base/error.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { ConstraintError, type Statement } from '../ports/database.ts'
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
import { denial, denialNow, holdsFor, holdsNow, type Permission } from './permissions.ts'
import { type PreparedInsert, preparedInsert } from './prepared-insert.ts'
import { danglingReferences } from './references.ts'
import { refusalBy, requireInScope } from './refusal.ts'
import { askAs, collectionNamed, type InTransaction, inTransaction, type Runtime } from './runtime.ts'
import { readAsSystem, versionAndJson } from './stored-record.ts'
import { sendInsertAlone, sendWrite, type Written } from './write.ts'

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
  const alone = isWhole ? insertAlone(collection, given, context, runtime) : undefined
  if (alone !== undefined) return alone
  return inTransaction(context, runtime, (joined) =>
    createInside(joined, collection, given, operations, runtime, isWhole),
  )
}

/** A create that is nothing but its statement needs no transaction around it; undefined where it does. */
function insertAlone(
  collection: CollectionModel,
  given: CheckedInput,
  context: OperationContext,
  runtime: Runtime,
): Promise<ChangeAnswer> | undefined {
  if (runtime.writeAlone === undefined || !isOneInsert(given.values, collection)) return undefined
  if (derivedFields(given, collection).length > 0) return undefined
  const id = given.id ?? runtime.newId()
  const ready = readyInsert({ id, given, hasLinks: false }, 0, collection, context, runtime)
  const { statement, prepared, refused } = ready
  if (prepared.unknown.length > 0 || refused.length > 0) return undefined
  return sendInsertAlone({ collection, statement, lastId: id }, prepared.checks, context, runtime).then(async (row) => {
    const json = row === undefined ? await whyNot(ready, given, collection, context, runtime) : jsonOf(row, ready)
    return createdAnswer(id, collection, json)
  })
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
  return { ...createdAnswer(id, collection, json), ...now }
}

function createdAnswer(id: string, { name }: CollectionModel, json: string): ChangeAnswer {
  return { kind: 'change', collection: name, id, isCreated: true, version: 1, json }
}

/** Whether creating it is one statement, unless something is wrong or a derived value is taken. */
export function isOneInsert(values: RecordValues, collection: CollectionModel): boolean {
  if (collection.announces || hasHooks(collection, 'beforeCreate', 'afterCreate')) return false
  for (const name in values) if (collection.fields.get(name)?.relation?.kind === 'manyToMany') return false
  return true
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
  const derived = derivedFields(row.given, collection)
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

/** Fields that have no value yet and get one from the others. */
function derivedFields({ values }: CheckedInput, collection: CollectionModel): readonly FieldModel[] {
  const derived: FieldModel[] = []
  for (const field of collection.fields.values())
    if (field.type.derive !== undefined && (values[field.name] ?? null) === null) derived.push(field)
  return derived
}

function isTaken(error: unknown, columns: ReadonlySet<string>): boolean {
  if (!(error instanceof GalleyError) || error.code !== operationErrors.conflict.code) return false
  return error.cause instanceof ConstraintError && error.cause.columns.some((column) => columns.has(column))
}

async function insert(
  row: NewRow,
  attempt: number,
  collection: CollectionModel,
  context: InTransaction,
  runtime: Runtime,
): Promise<string> {
  const ready = readyInsert(row, attempt, collection, context, runtime)
  const { prepared, statement } = ready
  if (ready.refused.length > 0) throw await refusalOf(ready, collection, context, runtime)
  const lastId = row.isLast && prepared.unknown.length === 0 ? row.id : undefined
  const written = await sendWrite('insert', { collection, statement, lastId }, prepared.checks, context, runtime)
  if (written === undefined) return whyNot(ready, row.given, collection, context, runtime)
  const denied = prepared.unknown.filter(({ condition }) => !written.holds(condition))
  if (denied.length > 0)
    throw await denial(denied, 'create', collection, context, holdsNow(row.id, collection, context, runtime))
  return jsonOf(written, ready)
}

interface ReadyInsert {
  readonly complete: RecordValues & { readonly id: string }
  readonly prepared: PreparedInsert
  /** What does not hold, as far as can be told before it is sent. */
  readonly refused: readonly Permission[]
  readonly statement: Statement
}

function readyInsert(
  { id, given, hasLinks }: Pick<NewRow, 'id' | 'given' | 'hasLinks'>,
  attempt: number,
  collection: CollectionModel,
  context: OperationContext,
  runtime: Runtime,
): ReadyInsert {
  const complete = {
    id,
    ...completeValues(given.values, collection, askAs(context, runtime), attempt),
    ...systemValues(context),
  }
  const prepared = preparedInsert(complete, given, hasLinks, collection, context, runtime)
  const values = prepared.valuesOf(complete)
  const refused = prepared.known.filter(({ condition }) => !evaluate(condition, complete, values))
  return { complete, prepared, refused, statement: runtime.statements.fill(prepared.compiled, values) }
}

function refusalOf(
  { complete, refused }: ReadyInsert,
  collection: CollectionModel,
  context: OperationContext,
  runtime: Runtime,
): Promise<Error> {
  return denial(refused, 'create', collection, context, holdsFor(complete, runtime))
}

function jsonOf(written: Written, { complete: { id }, prepared }: ReadyInsert): string {
  return written.holds(prepared.readable) ? written.json : JSON.stringify({ id })
}

/** Nothing was inserted: throws the reason. */
async function whyNot(
  { complete }: ReadyInsert,
  { referred }: CheckedInput,
  collection: CollectionModel,
  context: OperationContext,
  runtime: Runtime,
): Promise<never> {
  throw (await danglingReferences(complete, referred, collection, context, runtime)) ?? notFound(collection)
}

function systemValues({ now }: OperationContext): RecordValues {
  return { createdAt: now, updatedAt: now, version: 1 }
}
