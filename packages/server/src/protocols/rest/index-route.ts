import type { Route } from '../../http/routes.ts'
import type { Model } from '../../model/model.ts'
import { textTag } from './etag.ts'
import { listedCollections } from './openapi/listed-collections.ts'
import { taggedAnswer } from './tagged-answer.ts'

/** `GET /api`: what is served below it, and where that is described. The same for everyone, so it is written once. */
export function indexRoute(model: Model, baseUrl: string): Route {
  const body = JSON.stringify(indexOf(model, baseUrl))
  const tag = textTag(body)
  return {
    method: 'GET',
    path: '/api',
    handle: ({ headers }) => taggedAnswer(headers['if-none-match'], tag, { status: 200, headers: {}, body }),
  }
}

function indexOf(model: Model, baseUrl: string): object {
  return {
    name: model.name,
    collections: listedCollections(model).map(({ name }) => ({ name, url: `${baseUrl}/api/${name}` })),
    links: { docs: `${baseUrl}/docs`, openapi: `${baseUrl}/api/openapi.json` },
  }
}
