import { timingSafeEqual } from 'node:crypto'
import { createHmacSha256 } from '../base/hmac.ts'
import { queryErrors } from './errors.ts'

/**
 * Cursors are opaque and signed: base64url of the sort values of a row, and an HMAC over them and the query they belong to.
 * One that was changed, or is used with another sort or filter, is refused.
 */
export interface CursorSigner {
  sign(keys: readonly unknown[], query: string): string
  /** @throws query_cursor_invalid */
  read(cursor: string, query: string): readonly unknown[]
}

const signatureBytes = 12

export function createCursorSigner(secret: Uint8Array): CursorSigner {
  const hmac = createHmacSha256(secret)
  const signature = (payload: string, query: string) => hmac(`${payload}\n${query}`).subarray(0, signatureBytes)
  return {
    sign(keys, query) {
      const payload = JSON.stringify(keys)
      return Buffer.concat([signature(payload, query), Buffer.from(payload)]).toString('base64url')
    },
    read(cursor, query) {
      const bytes = Buffer.from(cursor, 'base64url')
      const payload = bytes.subarray(signatureBytes).toString()
      // Decoding passes over what is not base64url, so that one text more would be the same cursor.
      const isOurs =
        bytes.toString('base64url') === cursor &&
        bytes.length > signatureBytes &&
        timingSafeEqual(bytes.subarray(0, signatureBytes), signature(payload, query))
      if (!isOurs) throw queryErrors.cursor_invalid()
      return JSON.parse(payload) as readonly unknown[]
    },
  }
}
