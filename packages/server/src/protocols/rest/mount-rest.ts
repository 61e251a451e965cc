import type { Clock } from '../../base/clock.ts'
import type { MaybePromise } from '../../base/maybe-promise.ts'
import type { HttpServer } from '../../http/http-server.ts'
import type { Route } from '../../http/routes.ts'
import { type Actor, anonymous } from '../../model/actor.ts'
import { compileRoutes } from '../../model/compile-routes.ts'
import type { Credentials } from '../../model/feature.ts'
import type { FeatureRoute } from '../../model/feature-route.ts'
import type { Model } from '../../model/model.ts'
import type { Operations } from '../../operations/operations.ts'
import { featureRoutes } from './feature-routes.ts'
import { indexRoute } from './index-route.ts'
import { openApiRoute } from './openapi/openapi-route.ts'
import { createUrlQueryReader } from './query-from-url.ts'
import { routesFromModel } from './routes-from-model.ts'

export interface RestOptions {
  readonly model: Model
  readonly operations: Operations
  readonly clock: Clock
  /** Says who sends these credentials; none are nobody in particular. Throws `unauthenticated` errors for bad ones. */
  authenticate(credentials: Credentials): MaybePromise<Actor>
  /** Where the server is reached from outside, without a slash at the end. Default: links are relative to the host. */
  readonly baseUrl?: string
  /** What features answer. */
  readonly features?: readonly FeatureRoute[]
}

/** Adds the REST API of a model to a server, with the document that describes it. */
export function mountRest(server: HttpServer, options: RestOptions): void {
  const { model, operations, clock, baseUrl = '', features = [] } = options
  const routes = compileRoutes(features, model)
  const rest = { operations, clock, baseUrl, queries: createUrlQueryReader() }
  server.mount<Actor>({
    routes: withPreference(featureRoutes(routes, rest), routesFromModel(model, rest)),
    authenticate: ({ headers, method }) =>
      options.authenticate({ authorization: headers.authorization, cookie: headers.cookie, method, headers }),
  })
  server.mount<Actor>({
    routes: [indexRoute(model, baseUrl), openApiRoute(model, baseUrl, routes)],
    authenticate: () => anonymous,
  })
}

/** A feature may answer in its own way what would be served of its collections. */
function withPreference(own: readonly Route<Actor>[], others: readonly Route<Actor>[]): readonly Route<Actor>[] {
  const taken = new Set(own.map(({ method, path }) => `${method} ${path}`))
  return [...own, ...others.filter(({ method, path }) => !taken.has(`${method} ${path}`))]
}
