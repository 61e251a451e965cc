import assert from 'node:assert/strict'
import type { ActingAs } from 'galley/testing'

export type Someone = ActingAs<any> // any: these tests speak HTTP
export type Json = any // any: what a body holds is what the tests find out

export interface Answer {
  readonly status: number
  readonly body: Json
}

/** Asks the shop as somebody would, over HTTP. */
export async function send(
  actor: Pick<Someone, 'fetch'>,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const headers = body === undefined ? undefined : { 'content-type': 'application/json' }
  const response = await actor.fetch(path, { method, headers, body: body && JSON.stringify(body) })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** Creates a record and tells its id. */
export async function created(actor: Pick<Someone, 'fetch'>, path: string, body: object): Promise<string> {
  const answer = await send(actor, 'POST', path, body)
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body.id
}

/** What must go well. */
export async function done(actor: Pick<Someone, 'fetch'>, method: string, path: string, body?: object): Promise<Json> {
  const answer = await send(actor, method, path, body)
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}
