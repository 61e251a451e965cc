import { GalleyError, type Issue } from '../base/error.ts'
import { isObject } from '../base/is-object.ts'
import type { IssueCode } from '../base/issue-codes.ts'
import { collectIssues, type IssueList } from '../query/errors.ts'
import { countTogether, runGroup, type StepRun } from './batch-groups.ts'
import { BatchResults } from './batch-results.ts'
import { operationErrors } from './errors.ts'
import type { OperationContext, Operations, TextAnswer } from './operations.ts'
import { escapePointer } from './parse-value.ts'
import { type InTransaction, inTransaction, type Runtime } from './runtime.ts'

/**
 * One step of a batch. `ref` names its result, so that later steps can use it: `{ "$ref": "order.id" }` anywhere in
 * `id` or `data` stands for the member `id` of the result named `order`.
 */
export interface BatchStep {
  readonly operation: StepName
  readonly collection: string
  readonly id?: unknown
  readonly data?: unknown
  readonly action?: string
  readonly version?: number
  readonly ref?: string
}
type StepName = 'get' | 'create' | 'update' | 'replace' | 'delete' | 'act'

/**
 * Runs the steps in one transaction, in order: all or none.
 *
 * The answer is `{ "results": [ … ] }`, a record (or null) per step.
 * @throws the error of the first step that fails, its pointers beginning with `/operations/<index>`.
 */
export async function runBatch(
  context: OperationContext,
  body: unknown,
  operations: Operations,
  runtime: Runtime,
): Promise<TextAnswer> {
  const steps = checkSteps(body, runtime.limits.batchOperations)
  const answers = await inTransaction(context, runtime, (joined) => runSteps(steps, joined, operations, runtime))
  return { kind: 'text', json: `{"results":[${answers.join(',')}]}` }
}

async function runSteps(
  steps: readonly BatchStep[],
  context: InTransaction,
  operations: Operations,
  runtime: Runtime,
): Promise<readonly string[]> {
  const results = new BatchResults(runtime.limits.bodyBytes)
  const jsons: string[] = []
  while (jsons.length < steps.length) {
    const first = jsons.length
    const group = steps.slice(first, first + countTogether(steps, first, runtime))
    const runs = group.map((step, index) => stepRun(step, `/operations/${first + index}`, results, operations))
    jsons.push(...(await runGroup(runs, context)))
    for (const [index, { ref }] of group.entries()) if (ref !== undefined) results.keep(ref, jsons[first + index]!)
  }
  return jsons
}

/** A step whose references are resolved: once, because what they stand for is counted. */
function stepRun(step: BatchStep, at: string, results: BatchResults, operations: Operations): StepRun {
  try {
    const id = resolve(step.id, results, `${at}/id`) as string
    const data = resolve(step.data, results, `${at}/data`)
    return (context) => located(at, () => runStep({ ...step, id, data }, context, operations))
  } catch (error) {
    return () => Promise.reject(error)
  }
}

async function runStep(
  { operation, collection, id, data, action, version }: BatchStep & { readonly id: string },
  context: InTransaction,
  operations: Operations,
): Promise<string> {
  const options = version === undefined ? {} : { versions: [version] }
  switch (operation) {
    case 'get':
      return (await operations.get(context, collection, id)).json
    case 'create':
      return (await operations.create(context, collection, data)).json
    case 'update':
      return (await operations.update(context, collection, id, data, options)).json
    case 'replace':
      return (await operations.replace(context, collection, id, data, options)).json
    case 'delete':
      await operations.delete(context, collection, id, options)
      return 'null'
    case 'act': {
      const answer = await operations.act(context, collection, action!, id, data)
      return answer.kind === 'none' ? 'null' : answer.json
    }
  }
}

/** Replaces `{ "$ref": "name.member" }` by what an earlier step gave. */
function resolve(value: unknown, results: BatchResults, pointer: string): unknown {
  if (Array.isArray(value)) return value.map((item, index) => resolve(item, results, `${pointer}/${index}`))
  if (!isObject(value)) return value
  const keys = Object.keys(value)
  if (keys.length === 1 && keys[0] === '$ref') return results.at(value.$ref, pointer)
  return Object.fromEntries(keys.map((key) => [key, resolve(value[key], results, `${pointer}/${escapePointer(key)}`)]))
}

/** The problems of a step are those of its data. */
async function located<T>(at: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof GalleyError)) throw error
    const { code, category, message, details } = error
    const issues: readonly Issue[] =
      error.issues.length === 0
        ? [{ pointer: at, code, message }]
        : error.issues.map((issue) => ({ ...issue, pointer: `${at}/data${issue.pointer}` }))
    throw new GalleyError(code, { category, message }, { cause: error, details, issues })
  }
}

/** What a step of each kind may be told, besides `operation`, `collection` and `ref`. */
const members: Readonly<Record<StepName, readonly string[]>> = {
  get: ['id'],
  create: ['data'],
  update: ['id', 'data', 'version'],
  replace: ['id', 'data', 'version'],
  delete: ['id', 'version'],
  act: ['action', 'id', 'data'],
}

function checkSteps(body: unknown, maxSteps: number): readonly BatchStep[] {
  const steps = isObject(body) && Object.keys(body).length === 1 ? body.operations : undefined
  if (!Array.isArray(steps) || steps.length === 0)
    throw refuse('/operations', 'type', 'must be a list of operations, and nothing else is in the body')
  if (steps.length > maxSteps) throw refuse('/operations', 'too_many_items', `must be at most ${maxSteps} operations`)
  const issues = collectIssues()
  for (const [index, step] of steps.entries()) checkStep(step, `/operations/${index}`, issues)
  if (issues.all.length > 0) throw operationErrors.invalid({ issues: issues.all })
  return steps
}

function checkStep(step: unknown, at: string, issues: IssueList): void {
  const operation = isObject(step) ? step.operation : undefined
  if (!isObject(step) || !isStepName(operation)) {
    const choices = Object.keys(members).join(', ')
    issues.add(`${at}/operation`, 'choice', `must be one of: ${choices}`)
    return
  }
  const known = ['operation', 'collection', ...members[operation], 'ref']
  for (const name of Object.keys(step)) {
    if (!known.includes(name))
      issues.add(`${at}/${escapePointer(name)}`, 'unknown_field', `is not one of: ${known.join(', ')}`)
  }
  const check = (isRight: boolean, name: string, message: string) => {
    if (!isRight) issues.add(`${at}/${name}`, 'type', message)
  }
  const needsId = operation !== 'act' && known.includes('id')
  check(typeof step.collection === 'string', 'collection', 'must be the name of a collection')
  check(!needsId || step.id !== undefined, 'id', 'must be given')
  check(operation !== 'act' || typeof step.action === 'string', 'action', 'must be the name of an action')
  check(step.version === undefined || Number.isSafeInteger(step.version), 'version', 'must be a whole number')
  const isWord = typeof step.ref === 'string' && /^\w{1,64}$/.test(step.ref)
  check(step.ref === undefined || isWord, 'ref', 'must be a word of at most 64 letters, digits and _')
}

function isStepName(name: unknown): name is StepName {
  return typeof name === 'string' && Object.hasOwn(members, name)
}

function refuse(pointer: string, code: IssueCode, message: string): GalleyError {
  return operationErrors.invalid({ issues: [{ pointer, code, message }] })
}
