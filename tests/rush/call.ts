import assert from 'node:assert/strict'

export type Json = any // any: what a body holds is what its reader finds out

/** Asks over HTTP and gives the body; fails when the answer has not the status, by default one that went well. */
export type Call = (method: string, path: string, body?: object, status?: number) => Promise<Json>

export function callAs(url: string, authorization: string): Call {
  const ask = askAs(url, authorization)
  return async (method, path, body, wanted) => {
    const answer = await ask(method, path, body)
    const isFine = wanted === undefined ? answer.status < 300 : answer.status === wanted
    assert.ok(isFine, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
}

export interface Answer {
  readonly status: number
  readonly body: Json
}

export function askAs(url: string, authorization: string | undefined) {
  return async (method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }
}
