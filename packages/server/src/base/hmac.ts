import { hash } from 'node:crypto'

const blockBytes = 64

/**
 * Makes an HMAC-SHA256 (RFC 2104) for one key.
 *
 * The same as `createHmac` of Node, on its one-shot hash: for short texts a fifth of the time, and every page of a list has one.
 */
export function createHmacSha256(key: Uint8Array): (text: string) => Buffer {
  const block = Buffer.alloc(blockBytes)
  block.set(key.length > blockBytes ? hash('sha256', key, 'buffer') : key)
  const innerPad = block.map((byte) => byte ^ 0x36)
  const outerPad = block.map((byte) => byte ^ 0x5c)
  return (text) => {
    const inner = hash('sha256', Buffer.concat([innerPad, Buffer.from(text)]), 'buffer')
    return hash('sha256', Buffer.concat([outerPad, inner]), 'buffer')
  }
}
