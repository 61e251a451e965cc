/** What a hash was made with, and the hash. */
export interface Argon2Hash extends Argon2Parameters {
  readonly salt: Buffer
  readonly tag: Buffer
}

export interface Argon2Parameters {
  readonly memoryKiB: number
  readonly passes: number
  readonly parallelism: number
}

/** Writes `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, the form that other libraries of Argon2 write and read. */
export function phcFromHash({ memoryKiB, passes, parallelism, salt, tag }: Argon2Hash): string {
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
}

// 8 to 64 bytes of salt, 16 to 64 of hash.
const phcPattern =
  /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** Reads what `phcFromHash` writes. Undefined: it is none of Argon2id version 19, or not within the bounds of Argon2. */
export function hashFromPhc(text: string): Argon2Hash | undefined {
  const [, memoryKiB, passes, parallelism, salt, tag] = phcPattern.exec(text) ?? []
  if (salt === undefined || tag === undefined) return undefined
  const parameters = { memoryKiB: Number(memoryKiB), passes: Number(passes), parallelism: Number(parallelism) }
  if (!arePossible(parameters)) return undefined
  return { ...parameters, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') }
}

/** RFC 9106, section 3.1: at least 8 KiB for each lane. */
export function arePossible({ memoryKiB, passes, parallelism }: Argon2Parameters): boolean {
  return passes >= 1 && parallelism >= 1 && memoryKiB >= 8 * parallelism
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
