import type { HttpAnswer } from '../../../http/messages.ts'
import type { Route } from '../../../http/routes.ts'
import type { RouteModel } from '../../../model/compile-routes.ts'
import type { Model } from '../../../model/model.ts'
import { textTag } from '../etag.ts'
import { taggedAnswer } from '../tagged-answer.ts'

/** `GET /api/openapi.json`: the same for everyone, so it is written once, for the first who asks. */
export function openApiRoute(model: Model, baseUrl: string, routes: readonly RouteModel[]): Route {
  let written: Promise<Written> | undefined
  return {
    method: 'GET',
    path: '/api/openapi.json',
    async handle({ headers }) {
      written ??= write(model, baseUrl, routes)
      const { tag, answer } = await written
      return taggedAnswer(headers['if-none-match'], tag, answer)
    },
  }
}

interface Written {
  readonly tag: string
  readonly answer: HttpAnswer
}

async function write(model: Model, baseUrl: string, routes: readonly RouteModel[]): Promise<Written> {
  const { openApiFromModel } = await import('./openapi-from-model.ts')
  const body = JSON.stringify(openApiFromModel(model, baseUrl, routes))
  return { tag: textTag(body), answer: { status: 200, headers: {}, body } }
}
