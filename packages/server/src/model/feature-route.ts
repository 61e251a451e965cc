import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { MaybePromise } from '../base/maybe-promise.ts'
import type { Actor } from './actor.ts'
import type { LooseDb } from './db.ts'
import type { SystemEffects } from './feature.ts'
import type { Fields } from './field.ts'
import type { ParsedValuesOf } from './infer.ts'

/**
 * How the body of a request is handed over. `json`: its members are the input. `raw`: its bytes exactly as they were sent, whatever
 * their type, for signatures. `stream`: the same while they come, for what is too large for the memory.
 */
export type BodyKind = 'json' | 'raw' | 'stream'

/** A path and method that a feature answers, described in the OpenAPI document like everything else. Made by `route`. */
export interface FeatureRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** `/api/auth/sessions/:id`; a named part matches one segment. Paths outside `/api` answer pages. */
  readonly path: string
  /** One line for the documentation; undefined keeps the route out of it. */
  readonly summary: string | undefined
  readonly description: string | undefined
  /** Members of the JSON body; of the query where there is none: of a GET, and where the body is raw or a stream. */
  readonly input: Fields
  readonly body: BodyKind
  /** More are refused with 413. Undefined: `limits.bodyBytes` of the application. */
  readonly maxBodyBytes: number | undefined
  /** Media types of a body that is raw or a stream; others are refused with 415. Undefined: any. */
  readonly bodyTypes: readonly string[] | undefined
  /** Media types that `RouteAnswer.stream` may have, for the documentation. */
  readonly streams: readonly string[] | undefined
  /** A collection of the feature below whose path it lies: it takes the place of what would be served there. */
  readonly collection: string | undefined
  /** Members of the answer; undefined: 204, or a page. */
  readonly output: Fields | undefined
  /** Status of an answer that went well, for the documentation. */
  readonly status: number
  /**
   * Whether programs call it that nobody here can change, such as the page of a provider that sends the browser back: a body may also be a form
   * (`application/x-www-form-urlencoded`), and members that are not in `input` are left out instead of refused.
   */
  readonly isFromElsewhere: boolean
  /** Whether the answer holds a secret: it is not kept for a repetition of the request (`Idempotency-Key`). */
  readonly hasSecret: boolean
  readonly run: (request: RouteRequest<any, any, any>) => Promise<RouteAnswer> // any: typed by `route`
}

export interface RouteDefinition<I extends Fields, D, B extends BodyKind = 'json'> {
  readonly summary?: string
  readonly description?: string
  readonly input?: I
  /** Default json. */
  readonly body?: B
  /** At least 1. Default: `limits.bodyBytes` of the application, 1 MiB. It may be more than that. */
  readonly maxBodyBytes?: number
  /** `['application/json']`, of a body that is raw or a stream. Default: any. */
  readonly bodyTypes?: readonly string[]
  readonly streams?: readonly string[]
  readonly collection?: string
  readonly output?: Fields
  /** Default 200, or 204 without output. */
  readonly status?: number
  readonly isFromElsewhere?: boolean
  readonly hasSecret?: boolean
  run(request: RouteRequest<ParsedValuesOf<I>, D, B>): Promise<RouteAnswer>
}

export interface RouteRequest<I = Readonly<Record<string, any>>, D = LooseDb, B extends BodyKind = BodyKind> {
  // any: typed by the input
  readonly input: I
  /** Where `body` is `raw`: empty when nothing was sent. */
  readonly rawBody: B extends 'raw' ? Buffer : undefined
  /**
   * Where `body` is `stream`: the client sends as fast as it is read, and no faster. It may take as long as a client needs that sends
   * 32 KiB in a second, and 30 s (`limits.requestMs`) without a byte. It fails with http_body_too_large when more than `maxBodyBytes` come,
   * and with http_body_incomplete when the client leaves; what is not read is thrown away after the answer.
   */
  readonly stream: B extends 'stream' ? Readable : undefined
  readonly params: Readonly<Record<string, string>>
  readonly actor: Actor
  /** By lower-case names. */
  readonly headers: IncomingHttpHeaders
  readonly method: string
  readonly clientAddress: string
  readonly requestId: string
  /** ISO 8601. */
  readonly now: string
  /**
   * Runs `work` as the system in one transaction and answers what it answers. A request that is repeated with its `Idempotency-Key`
   * runs no `work` and gets the first answer again, or 409 where that held a secret.
   *
   * @param streamed  says what was in a body that came as a stream, such as its hash: two requests are the same when this is the same too.
   */
  once(work: (effects: RouteEffects<D>) => Promise<RouteAnswer>, streamed?: string): Promise<RouteAnswer>
}

/** What is committed together with the answer. */
export type RouteEffects<D = LooseDb> = SystemEffects<D>

export interface RouteAnswer {
  /** Default: the status of the route. */
  readonly status?: number
  /** Written as JSON. */
  readonly body?: object
  /** HTML, instead of `body`. It may load nothing and run no script but what `headers` allow. */
  readonly page?: string
  /** Bytes, sent while they come, instead of `body`. Not in an answer of `once`. */
  readonly stream?: AnswerStream
  readonly headers?: Readonly<Record<string, string>>
  /** Values of `Set-Cookie`. */
  readonly cookies?: readonly string[]
}

/**
 * What a client downloads. It may ask for one part of it (`Range`), for the headers only (`HEAD`), and whether what it has is still so
 * (`If-None-Match`); all of that is answered here.
 *
 * Unless `headers` say otherwise, no page may show it as a page, run what is in it, or embed it from another origin.
 */
export interface AnswerStream {
  readonly type: string
  /** Undefined: not known, and no part of it can be asked for. */
  readonly bytes?: number | undefined
  /** Names these bytes, and changes with them; visible ASCII without quotes. */
  readonly etag?: string | undefined
  /**
   * Called when bytes are wanted; not for `HEAD` and for what the client has already. An error before the first byte is the answer; a later
   * one breaks the connection off. What it gives is destroyed when the client leaves.
   *
   * @param range  undefined: all of it.
   */
  open(range: ByteRange | undefined): MaybePromise<Readable>
}

/** Both ends belong to it; the first byte is 0. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/** Declares a route of a feature: `route('POST', '/api/auth/sign-in', { input: { email: email(), … }, run })`. */
export function route<const I extends Fields = {}, D = LooseDb, const B extends BodyKind = 'json'>(
  method: FeatureRoute['method'],
  path: string,
  definition: RouteDefinition<I, D, B>,
): FeatureRoute {
  const { summary, description, input = {}, output, isFromElsewhere = false, hasSecret = false } = definition
  const { body = 'json', maxBodyBytes, bodyTypes, streams, collection } = definition
  return Object.freeze({
    method,
    path,
    summary,
    description,
    input: Object.freeze({ ...input }),
    output: output === undefined ? undefined : Object.freeze({ ...output }),
    body,
    maxBodyBytes,
    bodyTypes,
    streams,
    collection,
    status: definition.status ?? (output === undefined && streams === undefined ? 204 : 200),
    isFromElsewhere,
    hasSecret,
    run: definition.run,
  })
}
