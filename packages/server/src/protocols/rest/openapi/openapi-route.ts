import type { Route } from '../../../http/routes.ts'
import type { Model } from '../../../model/model.ts'
import { textTag } from '../etag.ts'
import { taggedAnswer } from '../tagged-answer.ts'
import { openApiFromModel } from './openapi-from-model.ts'

/** `GET /api/openapi.json`: the same for everyone, so it is written once. */
export function openApiRoute(model: Model, baseUrl: string): Route {
  const body = JSON.stringify(openApiFromModel(model, baseUrl))
  const tag = textTag(body)
  return {
    method: 'GET',
    path: '/api/openapi.json',
    handle: ({ headers }) => taggedAnswer(headers['if-none-match'], tag, { status: 200, headers: {}, body }),
  }
}
