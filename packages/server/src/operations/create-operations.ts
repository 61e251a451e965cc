import { orRejection } from '../base/maybe-promise.ts'
import { callAction } from './act.ts'
import { aggregateRecords } from './aggregate.ts'
import { runBatch } from './batch.ts'
import { createRecord } from './create.ts'
import { createRelated } from './create-related.ts'
import { deleteRecord } from './delete.ts'
import { findRecords } from './find.ts'
import { getRecord } from './get.ts'
import type { Operations } from './operations.ts'
import { runOnce } from './receipts.ts'
import { rehearse } from './rehearse.ts'
import { readRelated } from './related.ts'
import { replaceRecord } from './replace.ts'
import type { Runtime } from './runtime.ts'
import { transactAsSystem } from './transact.ts'
import { updateRecord } from './update.ts'

/** The operations of one application. There is no other road to a row. */
export function createOperations(runtime: Runtime): Operations {
  const operations: Operations = {
    find: (context, collection, query) => orRejection(() => findRecords(context, collection, query, runtime)),
    get: (context, collection, id, options = wholeRecord) =>
      orRejection(() => getRecord(context, collection, id, options, runtime)),
    related: (context, collection, id, relation, query) =>
      readRelated(context, collection, id, relation, query, runtime),
    aggregate: (context, collection, query) => aggregateRecords(context, collection, query, runtime),
    create: (context, collection, input) => createRecord(context, collection, input, operations, runtime),
    createRelated: (context, collection, id, relation, input) =>
      createRelated(context, collection, id, relation, input, operations, runtime),
    update: (context, collection, id, patch, options = {}) =>
      updateRecord(context, collection, id, patch, options, operations, runtime),
    replace: (context, collection, id, input, options = {}) =>
      replaceRecord(context, collection, id, input, options, operations, runtime),
    delete: (context, collection, id, options = {}) =>
      deleteRecord(context, collection, id, options, operations, runtime),
    act: (context, collection, action, id, input) =>
      callAction(context, collection, action, id, input, operations, runtime),
    batch: (context, steps) => runBatch(context, steps, operations, runtime),
    once: (context, receipt, work) => runOnce(context, receipt, work, runtime),
    transact: (context, work, hold) => transactAsSystem(context, work, operations, runtime, hold),
    rehearse: (context, work) => rehearse(context, work, runtime),
  }
  return Object.freeze(operations)
}

/** One object for all that ask for nothing in particular, so that it is prepared once. */
const wholeRecord = Object.freeze({})
