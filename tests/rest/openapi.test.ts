import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { createTestApp, type TestApp } from 'galley/testing'
import shop from '../../examples/store/app.ts'
import { library } from './library.ts'
import type { Json } from './start-library.ts'

const exampleId = '0195b3c4-9f00-7000-8000-000000000000'
const actorId = '0195b3c4-9f00-7000-8000-0000000000aa'

/** Applications whose documents are tried, and who may do everything there. */
const applications = {
  library: { app: library, roles: ['staff'], mayBeRefused: false },
  // Its rules ask for more than a role: a review needs a purchase. What is refused must be refused as documented.
  shop: { app: shop, roles: ['admin', 'manager', 'staff'], mayBeRefused: true },
}

for (const [name, { app: declared, roles, mayBeRefused }] of Object.entries(applications)) {
  describe(`the OpenAPI document of the ${name}`, () => {
    let app: TestApp
    let document: Json
    let check: (schema: Json, value: unknown, what: string) => void
    /** Ids of a record per collection. */
    const ids = new Map<string, string>()
    before(async () => {
      app = await createTestApp(declared as never)
      // Whoever asks is a customer of the shop: addresses and carts are theirs when they say nothing else.
      if (mayBeRefused) {
        await app.system.customers!.create({ id: actorId, name: 'Ada', email: 'ada@example.org' })
        ids.set('files', await uploaded(app.as({ id: actorId, roles })))
      }
      document = await (await app.fetch('/api/openapi.json')).json()
      check = checkerFor(document)
    })
    after(() => app.close())

    test('is valid for an independent validator', async () => {
      const result = await new Validator().validate(structuredClone(document))
      assert.equal(result.valid, true, JSON.stringify(result.errors))
    })

    test('is served with an ETag', async () => {
      const first = await app.fetch('/api/openapi.json')
      const headers = { 'if-none-match': first.headers.get('etag')! }
      assert.equal((await app.fetch('/api/openapi.json', { headers })).status, 304)
    })

    test('names only paths and methods that there are', async () => {
      for (const [path, methods] of Object.entries<object>(document.paths)) {
        const response = await app.fetch(path.replace('{id}', exampleId), { method: 'OPTIONS' })
        const allow = response.headers.get('allow')!.toLowerCase().split(', ')
        for (const method of Object.keys(methods)) assert.ok(allow.includes(method), `${method} ${path}: ${allow}`)
      }
    })

    test('gives examples that are accepted, and describes the answers', async () => {
      const actor = app.as({ id: actorId, roles })
      const send = async (operation: Operation, query = '') => {
        const path = operation.path.replace('{id}', ids.get(operation.tags[0]!) ?? exampleId) + query
        const body = exampleBody(operation, document, ids)
        const init: RequestInit = {
          method: operation.method.toUpperCase(),
          headers: { 'content-type': 'application/json' },
        }
        if (body !== undefined) init.body = JSON.stringify(body)
        const response = await actor.fetch(path, init)
        const text = await response.text()
        const what = `${operation.method} ${path} ${init.body ?? ''} → ${response.status} ${text}`
        checkAnswer(operation, response, text, what)
        return { response, text, what }
      }

      function checkAnswer(operation: Operation, response: Response, text: string, what: string) {
        const described = resolve(operation.responses[response.status] ?? operation.responses.default, document)
        const type = response.headers.get('content-type')
        if (type === null) return assert.equal(described.content, undefined, what)
        const { schema } = described.content[type]
        check(schema, JSON.parse(text), what)
        for (const header of Object.keys(described.headers ?? {}))
          assert.ok(response.headers.has(header), `${header}: ${what}`)
        const isRefusal = response.status >= 400
        // No example can hold the secrets that signing in needs.
        if (operation.tags.includes('auth')) return assert.ok(response.status < 500, what)
        // Its logic may not like an example: no shape tells that two locations have to differ, or which events there are.
        const isMalformed = response.status === 400 && /"code":"(operation|query|rest|http)_/.test(text)
        const isFine = mayBeRefused ? !isMalformed && response.status !== 500 : !isRefusal
        assert.ok(isFine, what)
      }

      const operations = operationsOf(document)
      for (const operation of inOrderOfNeed(operations, document)) {
        const { response, text } = await send(operation)
        if (response.status === 201 && !ids.has(operation.tags[0]!)) ids.set(operation.tags[0]!, JSON.parse(text).id)
        // A product of the shop comes with its first variant, under the same id; another would need options.
        if (operation.tags[0] === 'products') ids.set('variants', JSON.parse(text).id)
      }
      // PUT uses up values that are unique: it comes after POST of the same example, and is the same record.
      for (const operation of operations.filter(({ method }) => method === 'patch' || method === 'put'))
        await send(operation)
      for (const operation of operations.filter((each) => isAction(each) && each.operationId !== 'books_fail'))
        await send(operation)
      let asked = 0
      for (const operation of operations.filter(({ method }) => method === 'get')) {
        if (operation.path.includes('{id}') && !ids.has(operation.tags[0]!)) continue
        // No example says whose prices are asked for.
        if (operation.parameters.some((each: Json) => each.in === 'query' && each.required === true)) continue
        const isOne = operation.path.split('/').length > 4
        const { response } = await (isOne ? sendMaybeAbsent(operation) : send(operation))
        if (response.ok) asked += 1
        for (const parameter of operation.parameters.map((each: Json) => resolve(each, document)))
          if (parameter.in === 'query' && parameter.example !== undefined && response.ok)
            await send(operation, `?${parameter.name}=${encodeURIComponent(String(parameter.example))}`)
      }
      assert.ok(asked > 10)

      /** What lies behind a relation to one record may not be there. */
      async function sendMaybeAbsent(operation: Operation) {
        const path = operation.path.replace('{id}', ids.get(operation.tags[0]!)!)
        const response = await actor.fetch(path)
        if (response.status !== 404) return send(operation)
        check(
          resolve(operation.responses[404], document).content['application/problem+json'].schema,
          await response.json(),
          path,
        )
        return { response }
      }
    })

    test('describes problems as they are', async () => {
      const problem = { $ref: '#/components/schemas/Problem' }
      for (const path of [
        '/nope',
        '/api/batch',
        '/api/authors/nope',
        '/api/products?bogus=1',
        '/api/books?limit=x&a=b',
      ]) {
        const response = await app.fetch(path)
        assert.ok(response.status >= 400)
        check(problem, await response.json(), path)
      }
    })
  })
}

/** A picture of one pixel. */
async function uploaded(actor: { readonly fetch: TestApp['fetch'] }): Promise<string> {
  const base64 = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC'
  const sent = await actor.fetch('/api/files?name=a.png', { method: 'POST', body: Buffer.from(base64, 'base64') })
  return ((await sent.json()) as Json).id
}

interface Operation {
  readonly method: string
  readonly path: string
  readonly operationId: string
  readonly tags: readonly string[]
  readonly parameters: readonly Json[]
  readonly requestBody?: Json
  readonly responses: Json
}

function operationsOf(document: Json): readonly Operation[] {
  return Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]) => ({ method, path, ...operation })),
  )
}

function isAction({ method, path, operationId }: Operation): boolean {
  return method === 'post' && path !== '/api/batch' && !operationId.startsWith('create_')
}

/** What creates records of a collection, those that others refer to first. */
function inOrderOfNeed(operations: readonly Operation[], document: Json): readonly Operation[] {
  const waiting = new Map(
    operations
      .filter(({ operationId, path }) => operationId.startsWith('create_') && path.split('/').length === 3)
      .map((operation) => [operation.tags[0]!, operation]),
  )
  const ordered: Operation[] = []
  while (waiting.size > 0) {
    const next = [...waiting].find(([, operation]) =>
      neededBy(operation, document).every((target) => !waiting.has(target) || target === operation.tags[0]),
    )
    assert.ok(next, `these need each other: ${[...waiting.keys()]}`)
    ordered.push(next[1])
    waiting.delete(next[0])
  }
  return ordered
}

function neededBy(operation: Operation, document: Json): readonly string[] {
  const schema = resolve(operation.requestBody.content['application/json'].schema, document)
  return (schema.required ?? []).flatMap((name: string) => targetOf(schema.properties[name]) ?? [])
}

function targetOf({ description = '' }: Json): string | undefined {
  return /Id of a record of ([a-z0-9-]+)\./.exec(description)?.[1]
}

function exampleBody({ requestBody }: Operation, document: Json, ids: ReadonlyMap<string, string>): unknown {
  // What is no JSON has no example: a webhook of a provider, a file.
  if (requestBody?.content['application/json'] === undefined) return undefined
  const schema = resolve(requestBody.content['application/json'].schema, document)
  const example = schema.examples?.[0] ?? {}
  return Object.fromEntries(
    Object.entries<Json>(example).map(([name, value]) => {
      const target = targetOf(schema.properties[name])
      return [name, value === exampleId && target !== undefined ? (ids.get(target) ?? value) : value]
    }),
  )
}

function resolve(value: Json, document: Json): Json {
  if (value?.$ref === undefined) return value
  return value.$ref
    .slice(2)
    .split('/')
    .reduce((at: Json, step: string) => at[step], document)
}

function checkerFor(document: Json): (schema: Json, value: unknown, what: string) => void {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(document, 'openapi')
  const absolute = (schema: Json): Json =>
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"openapi#/components'))
  return (schema, value, what) => {
    const isValid = ajv.validate(absolute(schema), value)
    assert.ok(isValid, `${what}: ${ajv.errorsText()}`)
  }
}
