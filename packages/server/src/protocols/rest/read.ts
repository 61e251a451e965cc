import type { HttpAnswer, HttpRequest } from '../../http/messages.ts'
import type { Actor } from '../../model/actor.ts'
import { readAnswer } from './read-answer.ts'
import { contextOf, type Rest } from './rest.ts'

/** `GET /api/{collection}` */
export async function list(collection: string, request: HttpRequest, actor: Actor, rest: Rest): Promise<HttpAnswer> {
  const query = rest.queries.list(request.query)
  return readAnswer(request, await rest.operations.find(contextOf(request, actor, rest), collection, query))
}

/** `GET /api/{collection}/{id}` */
export async function get(collection: string, request: HttpRequest, actor: Actor, rest: Rest): Promise<HttpAnswer> {
  const options = rest.queries.record(request.query)
  const context = contextOf(request, actor, rest)
  return readAnswer(request, await rest.operations.get(context, collection, request.params.id!, options))
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
