import assert from 'node:assert/strict'
import type { TestApp } from 'galley/testing'
import type { StoreDb } from '../collections.ts'
import { type Someone, send } from './over-http.ts'

export interface Guest extends Pick<Someone, 'fetch'> {
  readonly id: string
  readonly cart: string
  readonly secret: string
}

/** Somebody who has not signed in, with a cart, over HTTP. */
export async function newGuest(app: TestApp, given: object = {}): Promise<Guest> {
  const answer = await send(app, 'POST', '/api/carts/open', given)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  const { cart, secret } = answer.body
  const { guest } = await (app.system as StoreDb).carts.get(cart)
  return { id: guest!, cart, secret, fetch: fetchAsGuest(app, secret) }
}

export function fetchAsGuest(app: TestApp, secret: string): Someone['fetch'] {
  return (path, init = {}) => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Cart ${secret}`)
    return app.fetch(path, { ...init, headers })
  }
}
