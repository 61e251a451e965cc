import { hash } from 'node:crypto'
import { isObject } from '../../base/is-object.ts'
import { formType } from '../../http/form-body.ts'
import type { HttpAnswer, HttpRequest } from '../../http/messages.ts'
import type { Route } from '../../http/routes.ts'
import type { Actor } from '../../model/actor.ts'
import type { RouteModel } from '../../model/compile-routes.ts'
import type { RouteAnswer, RouteRequest } from '../../model/feature-route.ts'
import { inputValues } from '../../operations/input-values.ts'
import type { StoredAnswer } from '../../operations/operations.ts'
import { restErrors } from './errors.ts'
import { fingerprintOf, idempotencyKey } from './idempotency-key.ts'
import { onceWithSecret } from './once-with-secret.ts'
import { contextOf, type Rest } from './rest.ts'
import { streamedAnswer } from './streamed-answer.ts'
import { UrlIssues } from './url-issues.ts'
import { urlParameters } from './url-parameters.ts'

/** The paths that features answer, each with its input checked before the feature sees it. */
export function featureRoutes(routes: readonly RouteModel[], rest: Rest): readonly Route<Actor>[] {
  return routes.map((route) => ({
    method: route.method,
    path: route.path,
    ...((route.output === undefined || route.streams !== undefined) && { produces: '*' }),
    ...bodyOf(route),
    handle: (request, actor) => answerOf(route, request, actor, rest),
  }))
}

function bodyOf({ isFromElsewhere, body, maxBodyBytes, bodyTypes }: RouteModel): Partial<Route> {
  return {
    body,
    ...(maxBodyBytes !== undefined && { maxBodyBytes }),
    ...(body !== 'json' && bodyTypes !== undefined && { consumes: bodyTypes }),
    ...(isFromElsewhere && { consumes: ['application/json', formType] }),
  }
}

async function answerOf(route: RouteModel, request: HttpRequest, actor: Actor, rest: Rest): Promise<HttpAnswer> {
  const context = contextOf(request, actor, rest)
  const { params, headers, method, clientAddress, id: requestId } = request
  const given: RouteRequest = {
    rawBody: route.body === 'raw' ? request.bodyBytes : undefined,
    stream: request.bodyStream,
    input: inputValues(inputOf(route, request, rest), route.input, context),
    params,
    actor,
    headers,
    method,
    clientAddress,
    requestId,
    now: context.now,
    once: (work, streamed) => once(route, work, request, streamed, actor, rest),
  }
  const answer = await route.run(given)
  return answer.stream === undefined ? httpAnswer(answer, route) : streamedAnswer(answer, answer.stream, request)
}

/** Members of the body; of the query, as text, where the body has none. */
function inputOf(route: RouteModel, request: HttpRequest, rest: Rest): unknown {
  const given = givenTo(route, request, rest)
  if (!route.isFromElsewhere || !isObject(given)) return given
  return Object.fromEntries(Object.entries(given).filter(([name]) => route.input.has(name)))
}

function givenTo(route: RouteModel, { query, body }: HttpRequest, rest: Rest): unknown {
  if (route.method !== 'GET' && route.body === 'json') {
    rest.queries.none(query)
    return body ?? {}
  }
  const issues = new UrlIssues()
  const all = urlParameters(query, issues)
  if (issues.all.length > 0) throw restErrors.query_malformed({ issues: issues.all })
  return Object.fromEntries(all.map(({ name, value }) => [name, value]))
}

async function once(
  route: RouteModel,
  work: Parameters<RouteRequest['once']>[0],
  request: HttpRequest,
  streamed: string | undefined,
  actor: Actor,
  rest: Rest,
): Promise<RouteAnswer> {
  const { operations } = rest
  const context = contextOf(request, actor, rest)
  const key = idempotencyKey(request)
  if (key === undefined) return operations.transact(context, work)
  const onceOnly = route.hasSecret ? onceWithSecret(operations) : operations.once
  let fresh: RouteAnswer | undefined
  const stored = await onceOnly(
    context,
    { key, fingerprint: storableFingerprint(route, request, streamed) },
    async (joined) => {
      fresh = await operations.transact(joined, work)
      return storedAnswer(fresh, route)
    },
  )
  return stored.isReplay ? replayed(stored) : fresh!
}

/** Private members, such as passwords, are not in it: a plain hash of them would be easy to guess. */
function storableFingerprint(route: RouteModel, request: HttpRequest, streamed: string | undefined): string {
  if (route.body !== 'json')
    return fingerprintOf(request, `${request.query} ${streamed ?? hash('sha256', request.bodyBytes)}`)
  const members = Object.entries(request.body ?? {}).filter(([name]) => route.input.get(name)?.isPrivate !== true)
  return fingerprintOf(request, JSON.stringify(members))
}

function storedAnswer(answer: RouteAnswer, route: RouteModel): StoredAnswer {
  if (answer.stream !== undefined)
    throw new Error('An answer that is a stream cannot be kept: give it outside of `once`.')
  const { status, headers, body } = httpAnswer(answer, route)
  return { status, headers: plainHeaders(headers), body: String(body) }
}

/** A cookie is a secret or worth nothing later. */
function plainHeaders(headers: HttpAnswer['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}

function replayed({ status, headers, body }: StoredAnswer): RouteAnswer {
  return {
    status,
    headers: { ...headers, 'Idempotency-Replayed': 'true' },
    ...(body !== '' && { body: JSON.parse(body) as object }),
  }
}

function httpAnswer(answer: RouteAnswer, route: RouteModel): HttpAnswer {
  const { status, body, page } = answer
  if (page !== undefined)
    return { status: status ?? 200, headers: headersOf(answer, pageHeaders), body: page, form: pageForm(answer) }
  return {
    status: status ?? route.status,
    headers: headersOf(answer, route.hasSecret ? unstored : {}),
    body: body === undefined ? '' : JSON.stringify(body),
  }
}

function pageForm({ headers = {} }: RouteAnswer): 'page' | 'ownPage' {
  const hasPolicy = Object.keys(headers).some((name) => name.toLowerCase() === 'content-security-policy')
  return hasPolicy ? 'ownPage' : 'page'
}

const unstored = { 'Cache-Control': 'no-store' }
const pageHeaders = { 'Content-Type': 'text/html; charset=utf-8', ...unstored }

function headersOf({ headers, cookies = [] }: RouteAnswer, own: Record<string, string>): HttpAnswer['headers'] {
  return { ...own, ...headers, ...(cookies.length > 0 && { 'Set-Cookie': cookies }) }
}
