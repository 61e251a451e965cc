import { isObject } from '../base/is-object.ts'
import { operationErrors } from './errors.ts'

/**
 * What the steps of a batch gave, for later steps to refer to.
 *
 * A few characters can stand for a long value, any number of times: all that is referred to together is held to what a body may
 * have, so that a small request does not become a large one.
 */
export class BatchResults {
  readonly #named = new Map<string, unknown>()
  /** By path: a value is measured once. */
  readonly #found = new Map<string, Found>()
  readonly #most: number
  #left: number

  /** @param mostBytes  of all values that are referred to, as JSON. */
  constructor(mostBytes: number) {
    this.#most = mostBytes
    this.#left = mostBytes
  }

  keep(name: string, json: string): void {
    this.#named.set(name, JSON.parse(json))
    this.#found.clear()
  }

  /**
   * The value at `order.id`: a member of the result that was kept as `order`.
   *
   * @param pointer  where it is referred to. @throws operation_invalid
   */
  at(path: unknown, pointer: string): unknown {
    const found = typeof path === 'string' ? this.#find(path) : undefined
    if (found === undefined)
      throw refuse(pointer, 'unknown_ref', `refers to ${JSON.stringify(path)}, which no earlier operation gives`)
    this.#left -= found.bytes
    if (this.#left < 0)
      throw refuse(pointer, 'too_many_bytes', `refers to too much: at most ${this.#most} bytes in all`)
    return found.value
  }

  #find(path: string): Found | undefined {
    const known = this.#found.get(path)
    if (known !== undefined) return known
    const [name = '', ...members] = path.split('.')
    let value = this.#named.get(name)
    for (const member of members) value = isObject(value) && Object.hasOwn(value, member) ? value[member] : undefined
    if (value === undefined) return undefined
    const found = { value, bytes: Buffer.byteLength(JSON.stringify(value)) }
    this.#found.set(path, found)
    return found
  }
}

interface Found {
  readonly value: unknown
  readonly bytes: number
}

function refuse(pointer: string, code: string, message: string): Error {
  return operationErrors.invalid({ issues: [{ pointer, code, message }] })
}
