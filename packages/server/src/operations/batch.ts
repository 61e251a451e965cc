import { GalleyError, type Issue } from '../base/error.ts'
import { operationErrors } from './errors.ts'
import type { OperationContext, Operations, TextAnswer } from './operations.ts'
import { type InTransaction, inTransaction, type Runtime } from './runtime.ts'
import { isPlainObject } from './validate.ts'

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
  const results = await inTransaction(context, runtime, async (joined) => {
    const named = new Map<string, unknown>()
    const answers: string[] = []
    for (const [index, step] of steps.entries()) {
      const json = await located(index, () => runStep(step, named, joined, operations))
      answers.push(json)
      if (step.ref !== undefined) named.set(step.ref, JSON.parse(json))
    }
    return answers
  })
  return { kind: 'text', json: `{"results":[${results.join(',')}]}` }
}

async function runStep(
  step: BatchStep,
  named: ReadonlyMap<string, unknown>,
  context: InTransaction,
  operations: Operations,
): Promise<string> {
  const data = resolve(step.data, named, '/data')
  const id = resolve(step.id, named, '/id') as string
  const options = step.version === undefined ? {} : { versions: [step.version] }
  switch (step.operation) {
    case 'get':
      return (await operations.get(context, step.collection, id)).json
    case 'create':
      return (await operations.create(context, step.collection, data)).json
    case 'update':
      return (await operations.update(context, step.collection, id, data, options)).json
    case 'replace':
      return (await operations.replace(context, step.collection, id, data, options)).json
    case 'delete':
      await operations.delete(context, step.collection, id, options)
      return 'null'
    case 'act': {
      const answer = await operations.act(context, step.collection, step.action!, id, data)
      return answer.kind === 'none' ? 'null' : answer.json
    }
  }
}

/** Replaces `{ "$ref": "name.member" }` by what an earlier step gave. */
function resolve(value: unknown, named: ReadonlyMap<string, unknown>, pointer: string): unknown {
  if (Array.isArray(value)) return value.map((item, index) => resolve(item, named, `${pointer}/${index}`))
  if (!isPlainObject(value)) return value
  const keys = Object.keys(value)
  if (keys.length === 1 && keys[0] === '$ref') return lookUp(value.$ref, named, pointer)
  return Object.fromEntries(keys.map((key) => [key, resolve(value[key], named, `${pointer}/${key}`)]))
}

function lookUp(path: unknown, named: ReadonlyMap<string, unknown>, pointer: string): unknown {
  const [name = '', ...members] = typeof path === 'string' ? path.split('.') : []
  let value = named.get(name)
  for (const member of members) value = isPlainObject(value) && Object.hasOwn(value, member) ? value[member] : undefined
  if (value !== undefined) return value
  throw operationErrors.invalid({
    issues: [{ pointer, code: 'unknown_ref', message: `refers to ${String(path)}, which no earlier operation gives` }],
  })
}

async function located<T>(index: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof GalleyError)) throw error
    const at = `/operations/${index}`
    const own: Issue = { pointer: at, code: error.code, message: error.message }
    const issues =
      error.issues.length === 0
        ? [own]
        : error.issues.map((issue) => ({
            ...issue,
            pointer: `${at}${issue.pointer.startsWith('/data') || issue.pointer.startsWith('/id') ? '' : '/data'}${issue.pointer}`,
          }))
    throw new GalleyError(
      error.code,
      { category: error.category, message: error.message },
      { cause: error, details: error.details, issues },
    )
  }
}

const stepNames: ReadonlySet<unknown> = new Set<StepName>(['get', 'create', 'update', 'replace', 'delete', 'act'])
const stepMembers: ReadonlySet<string> = new Set(['operation', 'collection', 'id', 'data', 'action', 'version', 'ref'])

function checkSteps(body: unknown, maxSteps: number): readonly BatchStep[] {
  const steps = isPlainObject(body) && Object.keys(body).length === 1 ? body.operations : undefined
  if (!Array.isArray(steps) || steps.length === 0)
    throw refuse('/operations', 'type', 'must be a list of operations, and nothing else is in the body')
  if (steps.length > maxSteps) throw refuse('/operations', 'too_many_items', `must be at most ${maxSteps} operations`)
  const issues = steps.flatMap((step, index) => stepIssues(step, `/operations/${index}`))
  if (issues.length > 0) throw operationErrors.invalid({ issues })
  return steps
}

function stepIssues(step: unknown, at: string): readonly Issue[] {
  if (!isPlainObject(step)) return [{ pointer: at, code: 'type', message: 'must be an object' }]
  const issues: Issue[] = Object.keys(step)
    .filter((name) => !stepMembers.has(name))
    .map((name) => ({
      pointer: `${at}/${name}`,
      code: 'unknown_field',
      message: `is not one of: ${[...stepMembers].join(', ')}`,
    }))
  const check = (isRight: boolean, name: string, message: string) => {
    if (!isRight) issues.push({ pointer: `${at}/${name}`, code: 'type', message })
  }
  check(stepNames.has(step.operation), 'operation', `must be one of: ${[...stepNames].join(', ')}`)
  check(typeof step.collection === 'string', 'collection', 'must be the name of a collection')
  check(step.operation === 'create' || step.operation === 'act' || step.id !== undefined, 'id', 'must be given')
  check(step.operation !== 'act' || typeof step.action === 'string', 'action', 'must be the name of an action')
  check(
    step.ref === undefined || (typeof step.ref === 'string' && /^\w{1,64}$/.test(step.ref)),
    'ref',
    'must be a word',
  )
  check(step.version === undefined || Number.isSafeInteger(step.version), 'version', 'must be a whole number')
  return issues
}

function refuse(pointer: string, code: string, message: string): GalleyError {
  return operationErrors.invalid({ issues: [{ pointer, code, message }] })
}
