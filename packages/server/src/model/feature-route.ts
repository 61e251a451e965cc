import type { IncomingHttpHeaders } from 'node:http'
import type { Actor } from './actor.ts'
import type { LooseDb } from './db.ts'
import type { SystemEffects } from './feature.ts'
import type { Fields } from './field.ts'
import type { ParsedValuesOf } from './infer.ts'

/** A path and method that a feature answers, described in the OpenAPI document like everything else. Made by `route`. */
export interface FeatureRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** `/api/auth/sessions/:id`; a named part matches one segment. Paths outside `/api` answer pages. */
  readonly path: string
  /** One line for the documentation; undefined keeps the route out of it. */
  readonly summary: string | undefined
  readonly description: string | undefined
  /** Members of the JSON body; of the query where nothing is changed (GET). */
  readonly input: Fields
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
  readonly run: (request: RouteRequest<any, any>) => Promise<RouteAnswer> // any: typed by `route`
}

export interface RouteDefinition<I extends Fields, D> {
  readonly summary?: string
  readonly description?: string
  readonly input?: I
  readonly output?: Fields
  /** Default 200, or 204 without output. */
  readonly status?: number
  readonly isFromElsewhere?: boolean
  readonly hasSecret?: boolean
  run(request: RouteRequest<ParsedValuesOf<I>, D>): Promise<RouteAnswer>
}

export interface RouteRequest<I = Readonly<Record<string, any>>, D = LooseDb> {
  // any: typed by the input
  readonly input: I
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
   */
  once(work: (effects: RouteEffects<D>) => Promise<RouteAnswer>): Promise<RouteAnswer>
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
  readonly headers?: Readonly<Record<string, string>>
  /** Values of `Set-Cookie`. */
  readonly cookies?: readonly string[]
}

/** Declares a route of a feature: `route('POST', '/api/auth/sign-in', { input: { email: email(), … }, run })`. */
export function route<const I extends Fields = {}, D = LooseDb>(
  method: FeatureRoute['method'],
  path: string,
  definition: RouteDefinition<I, D>,
): FeatureRoute {
  const { summary, description, input = {}, output, isFromElsewhere = false, hasSecret = false } = definition
  return Object.freeze({
    method,
    path,
    summary,
    description,
    input: Object.freeze({ ...input }),
    output: output === undefined ? undefined : Object.freeze({ ...output }),
    status: definition.status ?? (output === undefined ? 204 : 200),
    isFromElsewhere,
    hasSecret,
    run: definition.run,
  })
}
