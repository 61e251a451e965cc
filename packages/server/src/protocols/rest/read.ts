import type { HttpAnswer, HttpRequest } from '../../http/messages.ts'
import type { Actor } from '../../model/actor.ts'
import type { ListAnswer, RecordAnswer, TextAnswer } from '../../operations/operations.ts'
import { restErrors } from './errors.ts'
import { isKnown, isWanted, textTag, versionTag } from './etag.ts'
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

/** 200 with the text, 304 when the client has it already, 412 when it asked for another version. */
function readAnswer({ headers }: HttpRequest, answer: ListAnswer | RecordAnswer | TextAnswer): HttpAnswer {
  const tag = answer.kind === 'record' && answer.isPlain ? versionTag(answer.version) : textTag(answer.json)
  if (!isWanted(headers['if-match'], tag)) throw restErrors.precondition_failed()
  if (isKnown(headers['if-none-match'], tag)) return { status: 304, headers: { ETag: tag }, body: '' }
  return { status: 200, headers: { ETag: tag }, body: answer.json }
}
