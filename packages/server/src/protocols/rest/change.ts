import type { HttpAnswer, HttpRequest } from '../../http/messages.ts'
import type { Actor } from '../../model/actor.ts'
import type { ActionModel } from '../../model/model.ts'
import type {
  ActionAnswer,
  ChangeAnswer,
  OperationContext,
  Operations,
  StoredAnswer,
} from '../../operations/operations.ts'
import { versionTag } from './etag.ts'
import { fingerprintOfAll, idempotencyKey } from './idempotency-key.ts'
import { onceWithSecret } from './once-with-secret.ts'
import { changeOptions, refusePreconditions, replaceOptions } from './preconditions.ts'
import { type Preferences, preferencesApplied, preferencesIn } from './prefer.ts'
import { contextOf, type Rest, recordUrl } from './rest.ts'

/** `POST /api/{collection}` */
export function create(collection: string, request: HttpRequest, actor: Actor, rest: Rest): Promise<HttpAnswer> {
  refusePreconditions(request.headers)
  return change(request, actor, rest, async (context) =>
    changeAnswer(await rest.operations.create(context, collection, request.body), rest),
  )
}

/** `POST /api/{collection}/{id}/{relation}` */
export function createRelated(
  collection: string,
  relation: string,
  request: HttpRequest,
  actor: Actor,
  rest: Rest,
): Promise<HttpAnswer> {
  refusePreconditions(request.headers)
  const { body, params } = request
  return change(request, actor, rest, async (context) =>
    changeAnswer(await rest.operations.createRelated(context, collection, params.id!, relation, body), rest),
  )
}

/** `PATCH /api/{collection}/{id}` */
export function update(collection: string, request: HttpRequest, actor: Actor, rest: Rest): Promise<HttpAnswer> {
  const options = changeOptions(request.headers)
  return change(request, actor, rest, async (context) =>
    changeAnswer(await rest.operations.update(context, collection, request.params.id!, request.body, options), rest),
  )
}

/** `PUT /api/{collection}/{id}` */
export function replace(collection: string, request: HttpRequest, actor: Actor, rest: Rest): Promise<HttpAnswer> {
  const options = replaceOptions(request.headers)
  return change(request, actor, rest, async (context) =>
    changeAnswer(await rest.operations.replace(context, collection, request.params.id!, request.body, options), rest),
  )
}

/** `DELETE /api/{collection}/{id}` */
export function remove(collection: string, request: HttpRequest, actor: Actor, rest: Rest): Promise<HttpAnswer> {
  const options = changeOptions(request.headers)
  return change(request, actor, rest, async (context) => {
    await rest.operations.delete(context, collection, request.params.id!, options)
    return { status: 204, headers: {}, body: '' }
  })
}

/** `POST /api/{collection}/{id}/{action}` and `POST /api/{collection}/{action}` */
export async function act(action: ActionModel, request: HttpRequest, actor: Actor, rest: Rest): Promise<HttpAnswer> {
  refusePreconditions(request.headers)
  const { body, params } = request
  const work = async (context: OperationContext) =>
    actionAnswer(await rest.operations.act(context, action.collection, action.name, params.id, body), rest)
  if (!action.hasSecret) return change(request, actor, rest, work)
  const answer = await change(request, actor, rest, work, onceWithSecret(rest.operations))
  return { ...answer, headers: { ...answer.headers, 'Cache-Control': 'no-store' } }
}

/** `POST /api/batch` */
export function batch(request: HttpRequest, actor: Actor, rest: Rest): Promise<HttpAnswer> {
  refusePreconditions(request.headers)
  return change(request, actor, rest, async (context) => {
    const { json } = await rest.operations.batch(context, request.body)
    return { status: 200, headers: {}, body: json }
  })
}

/** Does what the request asks for: once when it has an Idempotency-Key, as a rehearsal when it prefers that. */
async function change(
  request: HttpRequest,
  actor: Actor,
  rest: Rest,
  work: (context: OperationContext) => Promise<StoredAnswer>,
  once: Operations['once'] = rest.operations.once,
): Promise<HttpAnswer> {
  rest.queries.none(request.query)
  const preferences = preferencesIn(request.headers.prefer)
  const context = contextOf(request, actor, rest)
  const key = idempotencyKey(request)
  if (preferences.isRehearsal) return preferred(await rest.operations.rehearse(context, work), preferences)
  if (key === undefined) return preferred(await work(context), preferences)
  const receipt = { key, fingerprint: await fingerprintOfAll(request) }
  const { isReplay, ...answer } = await once(context, receipt, work)
  return preferred(isReplay ? withHeader(answer, 'Idempotency-Replayed', 'true') : answer, preferences)
}

function preferred(answer: StoredAnswer, preferences: Preferences): HttpAnswer {
  const applied = preferencesApplied(preferences)
  if (applied === undefined) return answer
  const told = withHeader(answer, 'Preference-Applied', applied)
  if (!preferences.isMinimal) return told
  return { ...told, status: told.status === 200 ? 204 : told.status, body: '' }
}

function withHeader(answer: StoredAnswer, name: string, value: string): StoredAnswer {
  return { ...answer, headers: { ...answer.headers, [name]: value } }
}

function changeAnswer({ collection, id, version, isCreated, json }: ChangeAnswer, rest: Rest): StoredAnswer {
  const ETag = versionTag(version)
  if (!isCreated) return { status: 200, headers: { ETag }, body: json }
  return { status: 201, headers: { ETag, Location: recordUrl(collection, id, rest) }, body: json }
}

function actionAnswer(answer: ActionAnswer, rest: Rest): StoredAnswer {
  if (answer.kind === 'none') return { status: 204, headers: {}, body: '' }
  if (answer.kind === 'text') return { status: 200, headers: {}, body: answer.json }
  const headers = { 'Content-Location': recordUrl(answer.collection, answer.id, rest) }
  // Version 0: a record that the actor may not see.
  return {
    status: 200,
    headers: answer.version > 0 ? { ...headers, ETag: versionTag(answer.version) } : headers,
    body: answer.json,
  }
}
