import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import type { Log } from '../../../plugin.ts'
import { passwordErrors } from './errors.ts'
import { FairTurns, type TurnLimits } from './fair-turns.ts'
import { maxPasswordBytes, normalizePassword } from './normalize-password.ts'
import { type Argon2Hash, type Argon2Parameters, arePossible, hashFromPhc, phcFromHash } from './phc.ts'

const computeArgon2 = promisify(argon2)
const saltBytes = 16

export interface PasswordHashing extends Argon2Parameters, TurnLimits {
  readonly tagBytes: number
}

/**
 * The cost is what OWASP recommends at least (Password Storage Cheat Sheet: Argon2id, m = 19 MiB, t = 2, p = 1), about 30 ms.
 *
 * One processor, and half of the threads that files and names share with Argon2, stay free.
 */
export function defaultPasswordHashing(): PasswordHashing {
  const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4) || 4
  const maxRunning = Math.max(1, Math.min(availableParallelism() - 1, Math.floor(threads / 2)))
  return {
    memoryKiB: 19_456,
    passes: 2,
    parallelism: 1,
    tagBytes: 32,
    maxRunning,
    maxWaiting: 50 * maxRunning,
    maxWaitMs: 2000,
  }
}

export interface PasswordVerdict {
  readonly isRight: boolean
  /** The password is right, and its hash was made with other parameters than those of today: hash it again. */
  readonly needsRehash: boolean
}

/** `source` says where a request comes from, such as its address: sources take turns. */
export interface PasswordHasher {
  /**
   * Gives the hash of a password in PHC format, with a new salt.
   * @throws password_unusable  when it is no text or has more than 1 024 bytes
   * @throws auth_busy
   */
  hash(password: string, source?: string): Promise<string>
  /** @throws auth_busy */
  verify(password: string, phc: string, source?: string): Promise<PasswordVerdict>
  /** Takes as long as a verification, waits in the same queue, and finds nothing: for accounts that do not exist. @throws auth_busy */
  verifyNothing(password: string, source?: string): Promise<PasswordVerdict>
  /** How many are worked on, and how many wait. */
  load(): { readonly running: number; readonly waiting: number }
}

/**
 * Hashes passwords with Argon2id, on threads and never on the event loop, a few at once.
 * @param log  is told of stored hashes that cannot be read; such a hash fits no password.
 * @throws password_setting
 */
export function createPasswordHasher(settings: Partial<PasswordHashing> = {}, log?: Log): PasswordHasher {
  const current = checked(settings)
  const turns = new FairTurns(current)
  const nothing: Argon2Hash = { ...current, salt: randomBytes(saltBytes), tag: randomBytes(current.tagBytes) }

  const compare = async (password: string, known: Argon2Hash, source: string) => {
    const normalized = normalizePassword(password)
    if (normalized === undefined) return false
    return turns.run(source, async () => timingSafeEqual(await compute(normalized, known), known.tag))
  }
  const verifyNothing = async (password: string, source = ''): Promise<PasswordVerdict> => {
    await compare(password, nothing, source)
    return wrong
  }
  return {
    hash: async (password, source = '') => {
      const normalized = requireUsable(password)
      return turns.run(source, () => newHash(normalized, current))
    },
    verify: async (password, phc, source = '') => {
      const known = hashFromPhc(phc)
      if (known === undefined || isTooCostly(known, current)) {
        log?.error({ algorithm: algorithmOf(phc), ...parametersOf(known) }, 'A stored password hash cannot be used')
        return verifyNothing(password, source)
      }
      const isRight = await compare(password, known, source)
      return { isRight, needsRehash: isRight && isOutdated(known, current) }
    },
    verifyNothing,
    load: () => ({ running: turns.running, waiting: turns.waiting }),
  }
}

const wrong: PasswordVerdict = Object.freeze({ isRight: false, needsRehash: false })

function checked(chosen: Partial<PasswordHashing>): PasswordHashing {
  const given = Object.entries(chosen).filter(([, value]) => value !== undefined)
  const settings: PasswordHashing = { ...defaultPasswordHashing(), ...Object.fromEntries(given) }
  for (const [name, value] of Object.entries(settings)) {
    const least = name === 'maxWaiting' ? 0 : 1
    if (!Number.isSafeInteger(value) || value < least) throw badSetting(name, value, `an integer of at least ${least}`)
  }
  const { memoryKiB, tagBytes } = settings
  if (!arePossible(settings)) throw badSetting('memoryKiB', memoryKiB, 'at least 8 for each of parallelism')
  if (memoryKiB > mostMemoryKiB) throw badSetting('memoryKiB', memoryKiB, `at most ${mostMemoryKiB}`)
  if (tagBytes < 16 || tagBytes > 64) throw badSetting('tagBytes', tagBytes, 'from 16 to 64')
  return Object.freeze(settings)
}

function badSetting(name: string, value: number, expected: string): Error {
  return passwordErrors.setting({ details: { name, value, expected } })
}

function algorithmOf(phc: string): string {
  return /^\$[a-z0-9-]{1,16}\$/.exec(phc)?.[0] ?? 'unknown'
}

function parametersOf(hash: Argon2Hash | undefined): object {
  return hash === undefined ? {} : { memoryKiB: hash.memoryKiB, passes: hash.passes, parallelism: hash.parallelism }
}

function requireUsable(password: string): string {
  const normalized = normalizePassword(password)
  if (normalized === undefined) throw passwordErrors.unusable({ details: { maxBytes: maxPasswordBytes } })
  return normalized
}

async function newHash(password: string, parameters: PasswordHashing): Promise<string> {
  const { memoryKiB, passes, parallelism, tagBytes } = parameters
  const salt = randomBytes(saltBytes)
  const tag = await compute(password, { memoryKiB, passes, parallelism, salt, tag: { length: tagBytes } })
  return phcFromHash({ memoryKiB, passes, parallelism, salt, tag })
}

function compute(password: string, hash: Omit<Argon2Hash, 'tag'> & { tag: { length: number } }): Promise<Buffer> {
  return computeArgon2('argon2id', {
    message: password,
    nonce: hash.salt,
    memory: hash.memoryKiB,
    passes: hash.passes,
    parallelism: hash.parallelism,
    tagLength: hash.tag.length,
  })
}

const mostMemoryKiB = 1_048_576
const mostOldMemoryKiB = 262_144
const mostOldWorkKiB = 1_048_576

/** A stored hash may have been written by somebody else: it cannot ask for more than a second or so, and 256 MiB. */
function isTooCostly(hash: Argon2Parameters, current: Argon2Parameters): boolean {
  const { memoryKiB, parallelism } = hash
  return (
    memoryKiB > Math.max(mostOldMemoryKiB, current.memoryKiB) ||
    workOf(hash) > Math.max(mostOldWorkKiB, workOf(current)) ||
    parallelism > Math.max(16, current.parallelism)
  )
}

function workOf({ memoryKiB, passes }: Argon2Parameters): number {
  return memoryKiB * passes
}

function isOutdated(hash: Argon2Hash, current: PasswordHashing): boolean {
  return (
    hash.memoryKiB !== current.memoryKiB ||
    hash.passes !== current.passes ||
    hash.parallelism !== current.parallelism ||
    hash.tag.length !== current.tagBytes ||
    hash.salt.length < saltBytes
  )
}
