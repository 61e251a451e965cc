import { isUtf8 } from 'node:buffer'
import { httpErrors } from './errors.ts'

/**
 * Parses a JSON body in time linear to its size.
 *
 * @throws http_body_not_json  also when the bytes are not UTF-8.
 * @throws http_body_too_deep  when it nests deeper than `maxDepth`.
 * @throws http_body_unsafe    for members that would change the prototype of an object they are copied to.
 */
export function parseJson(bytes: Buffer, maxDepth: number): { readonly text: string; readonly value: unknown } {
  if (!isUtf8(bytes)) throw httpErrors.body_not_json({ details: { where: ': it is not UTF-8' } })
  const text = bytes.toString('utf8')
  if (isDeeperThan(text, maxDepth)) throw httpErrors.body_too_deep({ details: { maxDepth } })
  const value = parse(text)
  if (mayBeUnsafe.test(text)) refuseUnsafe(value)
  return { text, value }
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

/** Counts brackets outside of texts. JSON.parse itself takes any depth, but what walks the value afterwards may not. */
export function isDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0
  let isInText = false
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index)
    if (isInText) {
      if (char === backslash) index += 1
      else if (char === quote) isInText = false
    } else if (char === quote) isInText = true
    else if (char === 123 || char === 91) {
      depth += 1
      if (depth > maxDepth) return true
    } else if (char === 125 || char === 93) depth -= 1
  }
  return false
}

/** A name can be written with escapes (`\u005f_proto__`), so any escape makes a body worth a walk. */
const mayBeUnsafe = /__proto__|"constructor"|\\u00/

function refuseUnsafe(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    if (name === '__proto__') throw httpErrors.body_unsafe({ details: { name } })
    if (name === 'constructor' && typeof member === 'object' && member !== null && Object.hasOwn(member, 'prototype'))
      throw httpErrors.body_unsafe({ details: { name } })
    refuseUnsafe(member)
  }
}
