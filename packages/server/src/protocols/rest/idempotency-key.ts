import { createHash, hash } from 'node:crypto'
import { Turn } from '../../base/turns.ts'
import type { HttpRequest } from '../../http/messages.ts'
import { restErrors } from './errors.ts'

/** With or without quotes: the draft wants them, most clients leave them out. */
export function idempotencyKey({ headers }: HttpRequest): string | undefined {
  const value = headers['idempotency-key']
  if (value === undefined) return undefined
  const key = /^"?([\x21\x23-\x5b\x5d-\x7e]{1,255})"?$/.exec(String(value))?.[1]
  if (key === undefined) throw restErrors.key_malformed()
  return key
}

/** Says what is asked. @param content  of the body, as far as it may be stored as a plain hash. */
export function fingerprintOf({ method, path }: HttpRequest, content: string): string {
  return `${method} ${path} ${hash('sha256', content, 'base64url')}`
}

const sliceBytes = 262_144

/** Says what is asked, with the whole body; gives others their turns where it is large. */
export async function fingerprintOfAll(request: HttpRequest): Promise<string> {
  const { method, path, bodyBytes } = request
  if (bodyBytes.length <= sliceBytes) return `${method} ${path} ${hash('sha256', bodyBytes, 'base64url')}`
  const sum = createHash('sha256')
  const turn = new Turn()
  for (let from = 0; from < bodyBytes.length; from += sliceBytes) {
    if (turn.isOver) await turn.next()
    sum.update(bodyBytes.subarray(from, from + sliceBytes))
  }
  return `${method} ${path} ${sum.digest('base64url')}`
}
