import { isUtf8 } from 'node:buffer'
import { httpErrors } from './errors.ts'
import { mayBeUnsafe, refuseUnsafe } from './unsafe-members.ts'

/**
 * Parses a JSON body in time linear to its size.
 *
 * @throws http_body_not_json  also when the bytes are not UTF-8.
 * @throws http_body_too_deep  when it nests deeper than `maxDepth`.
 * @throws http_body_unsafe    for members that would change the prototype of an object they are copied to.
 */
export function parseJson(bytes: Buffer, maxDepth: number): unknown {
  if (!isUtf8(bytes)) throw httpErrors.body_not_json({ details: { where: ': it is not UTF-8' } })
  const text = bytes.toString('utf8')
  if (isDeeperThan(bytes, maxDepth)) throw httpErrors.body_too_deep({ details: { maxDepth } })
  const value = parse(text)
  if (mayBeUnsafe(text)) refuseUnsafe(value)
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const position = / position (\d+)/.exec((cause as Error).message)?.[1]
    const where = position === undefined ? '' : `: see character ${Number(position) + 1}`
    throw httpErrors.body_not_json({ cause, details: { where } })
  }
}

const quote = 34
const backslash = 92

/**
 * Counts brackets outside of texts. JSON.parse itself takes any depth, but what walks the value afterwards may not.
 *
 * Bytes and not characters, since all that count are ASCII: a quarter of the time.
 */
export function isDeeperThan(bytes: Buffer, maxDepth: number): boolean {
  let depth = 0
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index]
    if (byte === quote) index = endOfText(bytes, index)
    else if (byte === 123 || byte === 91) {
      depth += 1
      if (depth > maxDepth) return true
    } else if (byte === 125 || byte === 93) depth -= 1
  }
  return false
}

/** Names and short texts are walked; where a long one ends is asked of the machine, which looks at many bytes at once. */
const shortText = 40

/** Where the text that begins at `start` has its closing quote; the end of the bytes when it has none. */
function endOfText(bytes: Buffer, start: number): number {
  let index = start + 1
  for (;;) {
    for (const limit = Math.min(bytes.length, index + shortText); index < limit; index += 1) {
      if (bytes[index] === quote) return index
      if (bytes[index] === backslash) index += 1
    }
    const end = bytes.indexOf(quote, index)
    if (end === -1) return bytes.length
    if (!isEscaped(bytes, end)) return end
    index = end + 1
  }
}

function isEscaped(bytes: Buffer, place: number): boolean {
  let before = place
  while (bytes[before - 1] === backslash) before -= 1
  return (place - before) % 2 === 1
}
