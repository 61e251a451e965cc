import { isDeepStrictEqual } from 'node:util'
import { GalleyError } from '../base/error.ts'
import { isId } from '../base/id.ts'
import type { IssueCode } from '../base/issue-codes.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { isInScope } from '../model/scopes.ts'
import { fieldReadable, fieldWritable, visibleRows } from '../query/access.ts'
import { allOf, isAlways, isNever } from '../query/condition.ts'
import { collectIssues } from '../query/errors.ts'
import { type CheckedInput, checkInput, immutableSentence, type RecordValues } from './check-input.ts'
import { completeValues } from './complete-values.ts'
import { checkNewInput, createInside, requireCreatable } from './create.ts'
import { operationErrors } from './errors.ts'
import { hasId, notFound, oneRecordPlan, runRead } from './one-record.ts'
import type { ChangeAnswer, OperationContext, Operations, ReplaceOptions } from './operations.ts'
import { requireInScope } from './refusal.ts'
import { askAs, collectionNamed, type InTransaction, inTransaction, type Runtime } from './runtime.ts'
import { findAsSystem, type StoredRecord, versionWhere } from './stored-record.ts'
import { updateInside } from './update.ts'
import { nothingGiven, whyUnchanged } from './why-unchanged.ts'

/** Replaces all members that the actor may see and set, or creates the record under this id. */
export async function replaceRecord(
  context: OperationContext,
  name: string,
  id: string,
  input: unknown,
  options: ReplaceOptions,
  operations: Operations,
  runtime: Runtime,
): Promise<ChangeAnswer> {
  const collection = collectionNamed(name, runtime)
  // Whether it is a change or a creation is known only to those who may do one of them.
  if (!isInScope(context.actor, name, 'create')) requireInScope('update', collection, context.actor)
  if (!isId(id)) throw notFound(collection)
  const request: ReplaceRequest = { id, input, options, collection, operations, runtime }
  return inTransaction(context, runtime, async (joined) => {
    if (await isVisible(request, joined)) return replaceInside(request, joined)
    try {
      return await joined.tx.savepoint(() => createUnder(request, joined))
    } catch (error) {
      // Somebody else has created it at the same moment; or it was there, hidden from the actor.
      if (isIdTaken(error) && (await isVisible(request, joined))) return replaceInside(request, joined)
      throw error
    }
  })
}

interface ReplaceRequest {
  readonly id: string
  readonly input: unknown
  readonly options: ReplaceOptions
  readonly collection: CollectionModel
  readonly operations: Operations
  readonly runtime: Runtime
}

async function isVisible({ id, collection, runtime }: ReplaceRequest, context: InTransaction): Promise<boolean> {
  const readable = (asking: Parameters<typeof visibleRows>[1]) => visibleRows(collection, asking)
  return (await versionWhere(id, readable, collection, context, runtime)) !== undefined
}

function isIdTaken(error: unknown): boolean {
  if (!(error instanceof GalleyError) || error.code !== operationErrors.conflict.code) return false
  return error.issues.some(({ pointer }) => pointer === '/id')
}

/** To whom a record is hidden, it is not there: all is as if there were none, until the id turns out to be taken. */
async function createUnder(
  { id, input, options, collection, operations, runtime }: ReplaceRequest,
  context: InTransaction,
): Promise<ChangeAnswer> {
  const details = { collection: collection.name }
  if (options.versions !== undefined || options.mustExist === true) throw operationErrors.stale({ details })
  if (options.where !== undefined) throw operationErrors.condition_failed({ details })
  requireCreatable(collection, context, runtime)
  const given = checkNewInput(input, collection, context, runtime, 'replace')
  requireSameId(given, id)
  return createInside(context, collection, { ...given, id }, operations, runtime)
}

async function replaceInside(request: ReplaceRequest, context: InTransaction): Promise<ChangeAnswer> {
  const { id, input, options, collection, operations, runtime } = request
  requireInScope('update', collection, context.actor)
  const reason = await whyUnchanged('update', id, nothingGiven, options, collection, context, runtime)
  if (reason !== undefined) throw reason
  if (options.mustNotExist === true) throw operationErrors.stale({ details: { collection: collection.name } })
  const asking = askAs(context, runtime)
  const given = checkInput(input, collection, asking, { operation: 'replace', allowsIncrements: false })
  requireSameId(given, id)
  const previous = await findAsSystem(id, collection, context, runtime, true)
  if (previous === undefined) throw notFound(collection)
  const open = await fieldsOpenToActor(request, context)
  requireUnchanged(given.values, previous, open, collection)
  const kept = keptValues(previous, open, collection)
  const values = completeValues({ ...kept, ...given.values }, collection, asking)
  const referred = new Set([...given.referred].filter((name) => given.values[name] !== previous[name]))
  return updateInside(context, collection, id, { ...given, values, referred }, options, operations, runtime)
}

function requireSameId(given: CheckedInput, id: string): void {
  if (given.id === undefined || given.id === id) return
  const message = 'must be the id in the path, or left out'
  throw operationErrors.invalid({ issues: [{ pointer: '/id', code: 'immutable' satisfies IssueCode, message }] })
}

/** Names of the fields that the actor may both see and set in this record. */
async function fieldsOpenToActor(
  { id, collection, runtime }: ReplaceRequest,
  context: InTransaction,
): Promise<ReadonlySet<string>> {
  const asking = askAs(context, runtime)
  const fields = [...collection.fields.values()]
    .filter((field) => !field.isSystem && field.columns.length > 0)
    .map((field) => ({
      name: field.name,
      when: allOf([fieldReadable(field, collection, asking), fieldWritable(field, collection, asking)]),
    }))
  const certain = fields.filter(({ when }) => isAlways(when)).map(({ name }) => name)
  const asked = fields.filter(({ when }) => !isAlways(when) && !isNever(when))
  if (asked.length === 0) return new Set(certain)
  const plan = oneRecordPlan(collection, { fields: asked, expands: [] }, hasId(id, collection, asking))
  const [row] = await runRead(plan, asking, context, runtime)
  return new Set([...certain, ...Object.keys(JSON.parse((row?.[0] as string | undefined) ?? '{}'))])
}

/** What was set once can be sent back as it was; who may not see it cannot find out by trying. */
function requireUnchanged(
  values: RecordValues,
  previous: StoredRecord,
  open: ReadonlySet<string>,
  collection: CollectionModel,
): void {
  const issues = collectIssues()
  for (const [name, value] of Object.entries(values)) {
    const isSame = open.has(name) && isDeepStrictEqual(value, previous[name])
    if (collection.fields.get(name)!.isImmutable && !isSame) issues.add(`/${name}`, 'immutable', immutableSentence)
  }
  if (issues.all.length > 0) throw operationErrors.invalid({ issues: issues.all })
}

/** What the actor may not see or not set stays as it is, and so does what is set, or made of other values, once. */
function keptValues(previous: StoredRecord, open: ReadonlySet<string>, collection: CollectionModel): RecordValues {
  const isSetOnce = (field: FieldModel) => field.isImmutable || field.type.derive !== undefined
  const kept = [...collection.fields.values()].filter(
    (field) => !field.isSystem && field.columns.length > 0 && (isSetOnce(field) || !open.has(field.name)),
  )
  return Object.fromEntries(kept.map((field) => [field.name, previous[field.name] ?? null]))
}
