import { type MaybePromise, whenReady } from '../../base/maybe-promise.ts'
import type { HttpAnswer, HttpRequest } from '../../http/messages.ts'
import type { Actor } from '../../model/actor.ts'
import { readAnswer } from './read-answer.ts'
import { contextOf, type Rest } from './rest.ts'

/** `GET /api/{collection}` */
export function list(collection: string, request: HttpRequest, actor: Actor, rest: Rest): MaybePromise<HttpAnswer> {
  const query = rest.queries.list(request.query)
  const found = rest.operations.find(contextOf(request, actor, rest), collection, query)
  return whenReady(found, (answer) => readAnswer(request, answer))
}

/** `GET /api/{collection}/{id}` */
export function get(collection: string, request: HttpRequest, actor: Actor, rest: Rest): MaybePromise<HttpAnswer> {
  const options = rest.queries.record(request.query)
  const found = rest.operations.get(contextOf(request, actor, rest), collection, request.params.id!, options)
  return whenReady(found, (answer) => readAnswer(request, answer))
}

/** `GET /api/{collection}/{id}/{relation}` */
export async function related(
  collection: string,
  relation: { readonly name: string; readonly isToMany: boolean },
  request: HttpRequest,
  actor: Actor,
  rest: Rest,
): Promise<HttpAnswer> {
  const query = relation.isToMany ? rest.queries.list(request.query) : rest.queries.record(request.query)
  const context = contextOf(request, actor, rest)
  const { id } = request.params
  return readAnswer(request, await rest.operations.related(context, collection, id!, relation.name, query))
}

/** `GET /api/{collection}/aggregate` */
export async function aggregate(
  collection: string,
  request: HttpRequest,
  actor: Actor,
  rest: Rest,
): Promise<HttpAnswer> {
  const query = rest.queries.aggregate(request.query)
  return readAnswer(request, await rest.operations.aggregate(contextOf(request, actor, rest), collection, query))
}
