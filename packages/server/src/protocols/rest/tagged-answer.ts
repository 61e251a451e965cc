import type { HttpAnswer } from '../../http/messages.ts'
import { isKnown } from './etag.ts'

/** The answer with its entity tag, or 304 when the client has it already. */
export function taggedAnswer(ifNoneMatch: string | undefined, ETag: string, answer: HttpAnswer): HttpAnswer {
  const headers = { ...answer.headers, ETag }
  return isKnown(ifNoneMatch, ETag) ? { ...answer, status: 304, headers, body: '' } : { ...answer, headers }
}
