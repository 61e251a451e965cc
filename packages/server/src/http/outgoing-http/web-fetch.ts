import type { OutgoingFetch } from '../../ports/outgoing-http.ts'

/**
 * Gives the guarded client the form of the web's `fetch`, for libraries that ask for one of their own.
 *
 * Takes a URL, not a `Request`, and a body of text or bytes; an answer of 3xx is given as it is. The limits hold for each call.
 */
export function webFetch(
  fetch: OutgoingFetch,
  limits: { readonly timeoutMs?: number; readonly maxBytes?: number } = {},
): (url: string | URL, init?: WebRequest) => Promise<Response> {
  return async (url, { method, headers, body, signal } = {}) => {
    const answer = await fetch(url, {
      ...limits,
      method: method ?? 'GET',
      headers: Object.fromEntries(new Headers(headers)),
      ...(body == null ? {} : { body: bodyOf(body) }),
      ...(signal == null ? {} : { signal }),
    })
    const isWithoutBody = [204, 205, 304].includes(answer.status)
    const bytes = answer.bytes as Uint8Array<ArrayBuffer>
    return new Response(isWithoutBody ? null : bytes, { status: answer.status, headers: answer.headers })
  }
}

export interface WebRequest {
  readonly method?: string
  readonly headers?: ConstructorParameters<typeof Headers>[0]
  readonly body?: unknown
  readonly signal?: AbortSignal | null | undefined
}

function bodyOf(body: unknown): string | Uint8Array {
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  if (body instanceof URLSearchParams) return String(body)
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  throw new TypeError('A body is a text, bytes or URLSearchParams.')
}
