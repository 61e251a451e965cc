import assert from 'node:assert/strict'
import { GalleyError } from '../../packages/server/src/base/error.ts'
import type { MaybePromise } from '../../packages/server/src/base/maybe-promise.ts'

/** What was refused, in short: `operation_invalid /name required, /price type`. */
export async function refusal(work: MaybePromise<unknown>): Promise<string> {
  const error: unknown = await Promise.resolve(work).then(
    (value) => assert.fail(`was not refused: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof GalleyError)) throw error
  const issues = error.issues.map(({ pointer, code }) => `${pointer} ${code}`).sort()
  return [error.code, issues.join(', ')].filter((part) => part !== '').join(' ')
}

/** The record an operation answers with. */
export async function record(answer: MaybePromise<{ readonly json: string }>): Promise<any> {
  // any: whatever was selected
  return JSON.parse((await answer).json)
}

/** The records of a list. */
export async function records(answer: MaybePromise<{ readonly json: string }>): Promise<readonly any[]> {
  // any: whatever was selected
  return JSON.parse((await answer).json).data
}
