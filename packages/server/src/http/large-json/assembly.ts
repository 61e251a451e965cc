import { isSpace, type Step } from './outline.ts'

/** What JSON.parse would not have taken. `position`: of the byte, where it is known. */
export class NotJson extends Error {
  readonly position: number | undefined

  constructor(position: number | undefined, options?: ErrorOptions) {
    super('This is not JSON.', options)
    this.position = position
  }
}

interface Part {
  readonly kind: 'document' | 'list' | 'object' | 'text'
  /** Within an object. */
  readonly name: string
  readonly texts: string[]
  readonly members: Record<string, unknown>
  readonly items: unknown[]
  /** What comes before the bytes of the next step: nothing yet, a comma, or a whole member with nothing behind it. */
  before: 'nothing' | 'comma' | 'member'
}

/** Parses a document piece by piece, by the steps of its outline: exactly what JSON.parse takes, into exactly what it would return. */
export class Assembly {
  readonly #bytes: Buffer
  readonly #isSuspect: (text: string) => boolean
  readonly #parts: Part[] = [newPart('document', '')]
  /** Whether `isSuspect` said so of any piece that has names. */
  hasSuspects = false

  constructor(bytes: Buffer, isSuspect: (text: string) => boolean) {
    this.#bytes = bytes
    this.#isSuspect = isSuspect
  }

  /** Undefined until the last step has been taken. */
  get value(): unknown {
    return this.#parts[0]!.items[0]
  }

  /** @throws NotJson */
  take({ kind, from, to }: Step): void {
    const part = this.#parts.at(-1)!
    if (kind === 'open') this.#open(part, from, to)
    else if (part.kind === 'text') part.texts.push(this.#parse('"', from, to, '"') as string)
    else this.#addMembers(part, from, to, kind !== 'add')
    if (kind === 'close') this.#close(part, to)
    if (kind === 'fail') throw new NotJson(to) // what comes before it may be wrong as well, and is told rather
  }

  #open(outer: Part, from: number, to: number): void {
    if (outer.before === 'member') throw new NotJson(this.#spaceFrom(from, to))
    const name = outer.kind === 'object' ? this.#parseName(from, to) : this.#parseSpace(outer, from, to)
    this.#parts.push(newPart(kindAt(this.#bytes[to]!), name))
  }

  /** With any value behind it, this has to be an object. */
  #parseName(from: number, to: number): string {
    return Object.keys(this.#parse('{', from, to, '""}') as object)[0]!
  }

  /** Likewise, where values have no names. */
  #parseSpace({ kind }: Part, from: number, to: number): string {
    if (kind === 'list') this.#parse('[', from, to, '""]')
    else this.#parse('', from, to, '""')
    return ''
  }

  #addMembers(part: Part, from: number, to: number, isLast: boolean): void {
    let start = from
    if (part.before === 'member') {
      start = this.#spaceFrom(from, to)
      if (start < to) this.#passComma(part, start)
      start += 1
    }
    if (part.before !== 'member') {
      const isEmpty = this.#parseMembers(part, start, to) === 0
      if (isEmpty && (part.before === 'comma' || !isLast)) throw new NotJson(to)
    }
    part.before = 'comma'
  }

  #passComma(part: Part, at: number): void {
    if (part.kind === 'document' || this.#bytes[at] !== 44) throw new NotJson(at)
    part.before = 'comma'
  }

  /** How many there are. */
  #parseMembers({ kind, items, members }: Part, from: number, to: number): number {
    if (kind === 'document') return items.push(this.#parse('', from, to, ''))
    if (kind === 'object') return addMembers(members, this.#parse('{', from, to, '}') as Record<string, unknown>)
    const parsed = this.#parse('[', from, to, ']') as unknown[]
    for (const item of parsed) items.push(item)
    return parsed.length
  }

  #close(part: Part, to: number): void {
    if (part.kind === 'document') return
    if (this.#bytes[to] !== closing[part.kind]) throw new NotJson(to)
    this.#parts.pop()
    const outer = this.#parts.at(-1)!
    outer.before = 'member'
    if (outer.kind === 'object') setMember(outer.members, part.name, wholeOf(part))
    else outer.items.push(wholeOf(part))
  }

  #spaceFrom(from: number, to: number): number {
    let index = from
    while (index < to && isSpace(this.#bytes[index])) index += 1
    return index
  }

  #parse(before: string, from: number, to: number, after: string): unknown {
    const text = before + this.#bytes.toString('utf8', from, to) + after
    if (before !== '"') this.hasSuspects ||= this.#isSuspect(text)
    try {
      return JSON.parse(text)
    } catch (cause) {
      const position = / position (\d+)/.exec((cause as Error).message)?.[1]
      if (position === undefined) throw new NotJson(undefined, { cause })
      const inText = text.slice(before.length, Number(position))
      throw new NotJson(Math.min(to, from + Buffer.byteLength(inText)), { cause })
    }
  }
}

function newPart(kind: Part['kind'], name: string): Part {
  return { kind, name, texts: [], members: {}, items: [], before: 'nothing' }
}

function kindAt(byte: number): Part['kind'] {
  if (byte === 123) return 'object'
  return byte === 91 ? 'list' : 'text'
}

const closing = { object: 125, list: 93, text: 34 } as const

function wholeOf({ kind, texts, members, items }: Part): unknown {
  if (kind === 'object') return members
  return kind === 'list' ? items : texts.join('')
}

function addMembers(members: Record<string, unknown>, more: Record<string, unknown>): number {
  const names = Object.keys(more)
  for (const name of names) setMember(members, name, more[name])
  return names.length
}

/** As JSON.parse does, for which `__proto__` is a name like any other. */
function setMember(members: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') members[name] = value
  else Object.defineProperty(members, name, { value, writable: true, enumerable: true, configurable: true })
}
