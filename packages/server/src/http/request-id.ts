import { newId } from '../base/id.ts'

const saneId = /^[\w.:/+=@-]{1,128}$/

/** The id that a proxy or client gave the request in `X-Request-Id`, when it is fit to be logged and sent back; else a new one. */
export function requestId(sent: string | string[] | undefined): string {
  return typeof sent === 'string' && saneId.test(sent) ? sent : newId()
}

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/

/** The trace a request belongs to, from `traceparent` (W3C Trace Context); undefined when there is none or it is malformed. */
export function traceId(sent: string | string[] | undefined): string | undefined {
  return typeof sent === 'string' ? traceparent.exec(sent)?.[1] : undefined
}
