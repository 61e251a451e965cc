import { GalleyError } from '../base/error.ts'
import { system } from '../model/actor.ts'
import type { AggregateQuery, Db } from '../model/db.ts'
import type { QueryInput } from '../query/query-input.ts'
import { atOnce, type InOrder, inOrderOf } from './in-order.ts'
import type { OperationContext, Operations } from './operations.ts'

interface DbParts {
  readonly context: OperationContext
  readonly operations: Operations
  readonly nowIso: (() => string) | undefined
  readonly inOrder: InOrder
}
const partsOf = new WeakMap<object, DbParts>()

/**
 * The data API over the operations, with the rights of the context's actor.
 *
 * Outside a transaction each call is one of its own, at the moment `nowIso` tells. Inside one, run one after the other,
 * so that `Promise.all` is safe: each has a savepoint of its own.
 */
export function createDb(
  context: OperationContext,
  operations: Operations,
  nowIso?: () => string,
  inOrder: InOrder = context.tx === undefined ? atOnce : inOrderOf(),
): Db<any> {
  // any: the collections of the application
  const local = (): OperationContext => ({
    ...context,
    isLocal: true,
    ...(nowIso === undefined ? {} : { now: nowIso() }),
  })
  const apis = new Map<string, unknown>()
  const db = new Proxy(Object.create(null), {
    get(_target, name) {
      if (typeof name !== 'string' || name === 'then') return undefined
      if (!apis.has(name)) apis.set(name, collectionApi(name, local, operations, inOrder))
      return apis.get(name)
    },
  })
  partsOf.set(db, { context, operations, nowIso, inOrder })
  return db
}

/**
 * The same data API, in the same transaction, without any rule: everything is allowed.
 *
 * Use it for what the actor may not do but your logic must: making an order, reducing the stock.
 */
export function asSystem<D extends object>(db: D): D {
  const parts = partsOf.get(db)
  if (parts === undefined) throw new TypeError('asSystem() takes the db of an action, hook or job.')
  const { context, operations, nowIso, inOrder } = parts
  return createDb({ ...context, actor: system }, operations, nowIso, inOrder) as unknown as D
}

function collectionApi(name: string, context: () => OperationContext, operations: Operations, inOrder: InOrder) {
  const get = async (id: string, options: object = {}) =>
    parse((await operations.get(context(), name, id, options)).json)
  const find = async (query: QueryInput = {}) => parse((await operations.find(context(), name, query)).json)
  const api = {
    get,
    findOne: (id: string, options: object = {}) => orUndefined('operation_not_found', () => get(id, options)),
    find,
    first: async (query: QueryInput = {}) => ((await find({ ...query, limit: 1 })) as { data: unknown[] }).data[0],
    count: async (where?: QueryInput['where']) => {
      const query = where === undefined ? { count: true } : { where, count: true }
      return (parse((await operations.aggregate(context(), name, query)).json) as { data: { count: number }[] })
        .data[0]!.count
    },
    aggregate: async (query: AggregateQuery) =>
      (parse((await operations.aggregate(context(), name, query)).json) as { data: unknown[] }).data,
    create: async (values: unknown) => parse((await operations.create(context(), name, values)).json),
    update: async (id: string, changes: unknown, options: { version?: number; where?: QueryInput['where'] } = {}) =>
      parse((await operations.update(context(), name, id, changes, changeOptions(options))).json),
    updateIf: (id: string, where: QueryInput['where'], changes: unknown) =>
      orUndefined('operation_condition_failed', async () =>
        parse((await operations.update(context(), name, id, changes, { where: where ?? {} })).json),
      ),
    delete: async (id: string, options: { version?: number } = {}) =>
      operations.delete(context(), name, id, changeOptions(options)),
  }
  const calls = Object.entries(api).map(
    ([key, call]) =>
      [key, (...args: any[]) => inOrder(() => (call as (...args: any[]) => Promise<unknown>)(...args))] as const,
  ) // any: passed through
  return Object.freeze(Object.fromEntries(calls))
}

function changeOptions({ version, where }: { version?: number; where?: QueryInput['where'] }) {
  return { ...(version === undefined ? {} : { versions: [version] }), ...(where === undefined ? {} : { where }) }
}

async function orUndefined<T>(code: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof GalleyError && error.code === code) return undefined
    throw error
  }
}

function parse(json: string): unknown {
  return JSON.parse(json)
}
