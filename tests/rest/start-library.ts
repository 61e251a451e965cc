import { type ActingAs, createTestApp, type TestApp } from 'galley/testing'
import { library } from './library.ts'

export type Json = any // any: what a body holds is what the tests find out

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Undefined when there is none. */
  readonly body: Json
  readonly text: string
}

export interface Person {
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  readonly app: ActingAs<any> // any: these tests speak HTTP
}

/** The library, served, with people who use it. */
export interface Library {
  readonly app: TestApp
  readonly anybody: Person
  readonly staff: Person
  readonly ada: Person
  readonly bob: Person
  close(): Promise<void>
}

export async function startLibrary(database?: string): Promise<Library> {
  const app: TestApp = await createTestApp(library as never, { database })
  return {
    app,
    anybody: person(app),
    staff: person(app.as({ id: '0195b3c4-9f00-7000-8000-0000000000aa', roles: ['staff'] })),
    ada: person(app.as({ id: '0195b3c4-9f00-7000-8000-0000000000ad' })),
    bob: person(app.as({ id: '0195b3c4-9f00-7000-8000-0000000000bb' })),
    close: () => app.close(),
  }
}

function person(app: ActingAs<any>): Person {
  return {
    app,
    async send(method, path, body, headers = {}) {
      const type = body === undefined ? {} : { 'content-type': 'application/json' }
      const init: RequestInit = { method, headers: { ...type, ...headers } }
      if (body !== undefined) init.body = JSON.stringify(body)
      const response = await app.fetch(path, init)
      const text = await response.text()
      return { status: response.status, headers: response.headers, text, body: text === '' ? undefined : jsonIn(text) }
    },
  }
}

function jsonIn(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A new record; fails when it cannot be made. */
export async function made(person: Person, path: string, body: unknown): Promise<Json> {
  const answer = await person.send('POST', path, body)
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`)
  return answer.body
}
