import type { RouteModel } from '../../../model/compile-routes.ts'
import type { CollectionModel, Model } from '../../../model/model.ts'
import { listedCollections } from './listed-collections.ts'
import { pathsFromModel } from './paths-from-model.ts'
import { pathsFromRoutes, routeTags } from './paths-from-routes.ts'
import { collectionParameters, measureParameters, sharedParameters } from './query-parameters.ts'
import { recordSchemas } from './record-schemas.ts'
import { changeHeaders, securitySchemes, sharedHeaders, sharedResponses, sharedSchemas } from './shared-components.ts'

/** A document of OpenAPI 3.1. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly info: { readonly title: string; readonly description?: string; readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/**
 * Describes the REST API of a model: what it takes and what it answers.
 *
 * It is for everyone's eyes. Private fields, fields that nobody may read or set, and operations that are allowed to nobody are not
 * in it; fields and operations for some are, marked as such.
 *
 * @param routes  what features answer.
 * @param baseUrl  where the server is reached; empty for the host that serves the document.
 */
export function openApiFromModel(model: Model, baseUrl: string, routes: readonly RouteModel[] = []): OpenApiDocument {
  const listed = listedCollections(model)
  const names = new Set(listed.map(({ name }) => name))
  const schemas = listed.map((collection) => recordSchemas(collection, (name) => names.has(name)))
  const document = {
    openapi: '3.1.1',
    info: {
      title: model.name,
      ...(model.description !== undefined && { description: model.description }),
      version: '1',
    },
    servers: [{ url: baseUrl === '' ? '/' : baseUrl }],
    security: [{}, { apiKey: [] }],
    tags: [
      ...listed.map(tagOf),
      ...routeTags(routes).filter(({ name }) => !names.has(name)),
      { name: 'batch', description: 'Several operations in one transaction.' },
    ],
    paths: merged(pathsFromModel(model, listed), pathsFromRoutes(routes)),
    components: {
      schemas: Object.assign({}, ...schemas, sharedSchemas),
      parameters: Object.assign(
        {},
        ...listed.map(collectionParameters),
        sharedParameters,
        measureParameters,
        changeHeaders,
      ),
      responses: sharedResponses,
      headers: sharedHeaders,
      securitySchemes,
    },
  }
  return Object.freeze(document)
}

type Paths = OpenApiDocument['paths']

/** A feature may answer in its own way what would be served of its collections. */
function merged(paths: Paths, own: Paths): Paths {
  const all = Object.entries(own).map(([path, methods]) => [path, { ...paths[path], ...methods }] as const)
  return { ...paths, ...Object.fromEntries(all) }
}

function tagOf({ name, description }: CollectionModel): object {
  return { name, ...(description !== undefined && { description }) }
}
