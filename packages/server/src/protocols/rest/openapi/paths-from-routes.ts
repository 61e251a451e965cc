import type { RouteModel } from '../../../model/compile-routes.ts'
import { valuesSchema } from './record-schemas.ts'
import type { Schema } from './schema-from-shape.ts'
import { problemResponses } from './shared-components.ts'

type Paths = Record<string, Record<string, Schema>>

/** What features answer, as far as they say what it is. */
export function pathsFromRoutes(routes: readonly RouteModel[]): Readonly<Paths> {
  const paths: Paths = {}
  for (const route of shown(routes)) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) }
  }
  return paths
}

/** The first part of the path below `/api` groups them. */
export function routeTags(routes: readonly RouteModel[]): readonly { readonly name: string }[] {
  return [...new Set(shown(routes).map(tagOf))].map((name) => ({ name }))
}

function shown(routes: readonly RouteModel[]): readonly RouteModel[] {
  return routes.filter(({ summary }) => summary !== undefined)
}

function tagOf({ path }: RouteModel): string {
  return path.split('/')[path.startsWith('/api/') ? 2 : 1]!
}

function operation(route: RouteModel): Schema {
  const { summary, description, input, method, body } = route
  const isQuery = method === 'GET' || body !== 'json'
  return {
    operationId: operationId(route),
    summary,
    ...(description !== undefined && { description }),
    tags: [tagOf(route)],
    parameters: [
      ...pathParameters(route),
      ...(isQuery ? queryParameters(route) : []),
      ...(method === 'GET' ? [] : [idempotencyKey]),
    ],
    ...(!isQuery && input.size > 0 && { requestBody: { required: true, content: json(valuesSchema(input, 'input')) } }),
    ...(body !== 'json' && { requestBody: { required: true, content: bytes(route.bodyTypes ?? ['*/*']) } }),
    responses: {
      [route.status]: response(route),
      ...(route.streams !== undefined && partResponses(route.streams)),
      ...problemResponses([400, 401, 403, 404, 409, ...(body === 'json' ? [] : [413, 415]), 422, 429, 503]),
    },
  }
}

function operationId({ method, path }: RouteModel): string {
  const words = path.replace(/^\/api\//, '').split(/[^A-Za-z0-9]+/)
  return [method.toLowerCase(), ...words].filter((word) => word !== '').join('_')
}

function pathParameters({ path }: RouteModel): readonly Schema[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters({ input }: RouteModel): readonly Schema[] {
  const { properties = {} } = valuesSchema(input, 'input') as { properties?: Record<string, Schema> }
  return [...input.values()].map((field) => ({
    name: field.name,
    in: 'query',
    required: !field.isOptional && !field.hasDefault,
    schema: properties[field.name],
  }))
}

const idempotencyKey: Schema = { $ref: '#/components/parameters/idempotencyKey' }

/** Without a schema, as OpenAPI 3.1 has it: the type says that they are bytes. */
function bytes(types: readonly string[]): Schema {
  return Object.fromEntries(types.map((type) => [type, {}]))
}

function partResponses(types: readonly string[]): Schema {
  return {
    206: { description: 'The part that `Range` asks for.', content: bytes(types) },
    304: { description: 'What the client has is still so.' },
    416: { description: 'There is no such part.' },
  }
}

function response({ output, streams }: RouteModel): Schema {
  if (streams !== undefined) return { description: 'The bytes.', content: bytes(streams) }
  if (output === undefined) return { description: 'Done.' }
  return { description: 'Done.', content: json(valuesSchema(output, 'output')) }
}

function json(schema: Schema): Schema {
  return { 'application/json': { schema } }
}
