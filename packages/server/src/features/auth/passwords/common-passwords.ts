import { readFile } from 'node:fs/promises'

/**
 * The most common passwords in lower case, the most common first: 10 000, and the next 300 that have 12 characters or more.
 *
 * From the list of @zxcvbn-ts/language-common 4.1.3 (MIT); `docs/decisions/passwords-and-codes.md` says how it was made.
 */
export async function readCommonPasswords(): Promise<readonly string[]> {
  const text = await readFile(new URL('./common-passwords.txt', import.meta.url), 'latin1')
  return text.trimEnd().split('\n')
}

let loading: Promise<CommonPasswords> | undefined

/** Loads the list when it is first asked for; it then stays, in 85 KB. */
export function loadCommonPasswords(): Promise<CommonPasswords> {
  loading ??= readCommonPasswords().then((list) => new CommonPasswords(list))
  return loading
}

/** Knows whether a text is in a list. One sorted text, because a Set of as many would take half a megabyte. */
export class CommonPasswords {
  readonly #sorted: Buffer

  constructor(list: readonly string[]) {
    this.#sorted = Buffer.from(`\n${[...list].sort().join('\n')}\n`, 'latin1')
  }

  has(text: string): boolean {
    if (text === '' || !/^[\x20-\x7e]+$/.test(text)) return false
    return this.#isBetween(Buffer.from(text, 'latin1'), 0, this.#sorted.length - 1)
  }

  /** Looks at the line in the middle between two line feeds, then at the half where the text must be. */
  #isBetween(wanted: Buffer, start: number, end: number): boolean {
    if (start >= end) return false
    const from = this.#sorted.lastIndexOf(10, (start + end - 1) >> 1)
    const to = this.#sorted.indexOf(10, from + 1)
    const order = wanted.compare(this.#sorted, from + 1, to)
    if (order === 0) return true
    return order < 0 ? this.#isBetween(wanted, start, from) : this.#isBetween(wanted, to, end)
  }
}
