import { GalleyError, type Issue } from '../base/error.ts'
import { httpErrors, statusOf } from './errors.ts'
import type { HttpAnswer } from './messages.ts'
import { STATUS_CODES } from './node-http.ts'

/** What of the request an error answer repeats. */
export interface ProblemContext {
  readonly requestId: string
  /** Path of the request. */
  readonly instance: string
}

/** An error as `application/problem+json` (RFC 9457). Says nothing of errors that are not meant for the caller. */
export function problemAnswer(error: unknown, context: ProblemContext): HttpAnswer {
  const shown = shownError(error)
  const status = statusOf(shown)
  return {
    status,
    headers: headersOf(shown),
    body: JSON.stringify({ ...problemBody(shown, status), ...context }),
    form: 'problem',
  }
}

/** Whether an error is a fault of the server, to be logged with its cause. */
export function isFault(error: unknown): boolean {
  return !(error instanceof GalleyError) || error.category === 'internal'
}

/** Internal errors name files and settings in their messages: those are for the log. */
function shownError(error: unknown): GalleyError {
  return isFault(error) ? httpErrors.internal() : (error as GalleyError)
}

function problemBody(error: GalleyError, status: number): object {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    detail: error.message,
    code: error.code,
    ...(Object.keys(error.details).length > 0 && { details: error.details }),
    ...(error.issues.length > 0 && { errors: error.issues.map(issueBody) }),
  }
}

function issueBody({ pointer, code, message, params }: Issue): object {
  return { pointer, code, message, ...(params !== undefined && { params }) }
}

function headersOf(error: GalleyError): Record<string, string> {
  const { details, category } = error
  const headers: Record<string, string> = {}
  if (category === 'unauthenticated') headers['WWW-Authenticate'] = 'Bearer'
  if (category === 'unavailable') headers['Retry-After'] = '1'
  if (typeof details.retryAfterSeconds === 'number') headers['Retry-After'] = String(details.retryAfterSeconds)
  if (error.code === httpErrors.method_not_allowed.code) headers.Allow = String(details.allow)
  if (error.code === httpErrors.range_unsatisfiable.code) headers['Content-Range'] = `bytes */${details.bytes}`
  return headers
}
