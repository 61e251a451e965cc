import type { HttpServer } from '../../http/http-server.ts'
import { type Actor, anonymous } from '../../model/actor.ts'
import type { Model } from '../../model/model.ts'
import { pageRoutes } from './page-routes.ts'

/** Adds the pages that say what runs here and how to use it; they are for everyone's eyes. */
export function mountPages(server: HttpServer, model: Model): void {
  server.mount<Actor>({ routes: pageRoutes(model), authenticate: () => anonymous })
}
