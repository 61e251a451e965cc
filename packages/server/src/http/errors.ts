import { defineErrors, type ErrorCategory, type GalleyError } from '../base/error.ts'

export const httpErrors = defineErrors('http', {
  route_not_found: { category: 'not_found', message: 'There is nothing at this path.' },
  method_not_allowed: { category: 'invalid', message: 'This path takes {allow}.' },
  not_acceptable: { category: 'invalid', message: 'This path answers with {produces}. Accept that.' },
  malformed: { category: 'invalid', message: 'The request is not valid HTTP. Correct it and send it again.' },
  url_malformed: { category: 'invalid', message: 'The path of the URL is not encoded correctly. Use %XX of UTF-8.' },
  url_too_long: { category: 'invalid', message: 'The URL is too long. Send at most {maxBytes} bytes.' },
  headers_too_large: { category: 'invalid', message: 'The headers are too large. Send at most {maxBytes} bytes.' },
  media_type: { category: 'invalid', message: 'The body must be sent as {types}.' },
  body_encoded: { category: 'invalid', message: 'The body must be sent as it is, without Content-Encoding.' },
  body_too_large: { category: 'invalid', message: 'The body is too large. Send at most {maxBytes} bytes.' },
  body_not_json: { category: 'invalid', message: 'The body is not JSON{where}.' },
  body_too_deep: { category: 'invalid', message: 'The body is nested too deeply. Nest at most {maxDepth} levels.' },
  body_unsafe: { category: 'invalid', message: 'The body has a member named {name}, which is not allowed.' },
  body_incomplete: { category: 'invalid', message: 'The body did not arrive whole. Send it again.' },
  range_unsatisfiable: { category: 'invalid', message: 'There is no such part: there are {bytes} bytes.' },
  receive_timeout: { category: 'invalid', message: 'The request took too long to arrive. Send it again.' },
  rate_limited: { category: 'too_many', message: 'Too many requests. Try again in {retryAfterSeconds} s.' },
  overloaded: { category: 'unavailable', message: 'The server has too much to do. Try again in a moment.' },
  timeout: {
    category: 'unavailable',
    message: 'The request took too long and was given up. Look whether it took effect before you send it again.',
  },
  not_ready: { category: 'unavailable', message: 'The server cannot serve requests now.' },
  stopping: { category: 'unavailable', message: 'The server is stopping. Send the request again.' },
  internal: { category: 'internal', message: 'Something went wrong on our side. Tell us the request id.' },
})

const statusOfCategory: Readonly<Record<ErrorCategory, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale: 412,
  unprocessable: 422,
  too_many: 429,
  unavailable: 503,
  internal: 500,
}

/** Errors of HTTP itself, for which it has a status finer than their category. */
const statusOfCode: ReadonlyMap<string, number> = new Map([
  [httpErrors.method_not_allowed.code, 405],
  [httpErrors.not_acceptable.code, 406],
  [httpErrors.receive_timeout.code, 408],
  [httpErrors.body_too_large.code, 413],
  [httpErrors.url_too_long.code, 414],
  [httpErrors.media_type.code, 415],
  [httpErrors.body_encoded.code, 415],
  [httpErrors.range_unsatisfiable.code, 416],
  [httpErrors.headers_too_large.code, 431],
])

/** The HTTP status of an error: this is the one place where a category becomes a number. */
export function statusOf(error: Pick<GalleyError, 'code' | 'category'>): number {
  return statusOfCode.get(error.code) ?? statusOfCategory[error.category]
}
