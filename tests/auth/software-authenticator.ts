import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

interface Options {
  readonly challenge: string
  readonly rp?: { readonly id: string }
  readonly rpId?: string
  readonly user?: { readonly id: string }
  readonly allowCredentials?: readonly { readonly id: string }[]
}

/** What a test changes about an answer. */
export interface Conduct {
  /** Where the page is that asks. */
  readonly origin?: string
  readonly rpId?: string
  readonly isVerified?: boolean
  readonly counter?: number
  readonly userHandle?: string | null
  readonly crossOrigin?: boolean
  /** The id of a new key. */
  readonly id?: string
}

interface Key {
  readonly id: string
  readonly privateKey: KeyObject
  readonly userHandle: string
  counter: number
}

/** An authenticator of WebAuthn made of software: ES256 keys, no attestation. Answers are JSON as browsers give it. */
export class SoftwareAuthenticator {
  readonly #keys: Key[] = []
  readonly #origin: string
  /** False: it does not count its signatures, as those of phones do not. */
  readonly #counts: boolean
  readonly #isSynced: boolean

  constructor({ origin = 'http://localhost:3000', counts = true, isSynced = false } = {}) {
    this.#origin = origin
    this.#counts = counts
    this.#isSynced = isSynced
  }

  /** The names by which sites know the owner. */
  get userHandles(): readonly string[] {
    return this.#keys.map(({ userHandle }) => userHandle)
  }

  /** `navigator.credentials.create()`. */
  create(options: Options, conduct: Conduct = {}): object {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    const id = conduct.id === undefined ? randomBytes(32) : Buffer.from(conduct.id, 'base64url')
    const key: Key = { id: id.toString('base64url'), privateKey, userHandle: options.user!.id, counter: 0 }
    this.#keys.push(key)
    const cose = cborMap([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ])
    const length = Buffer.alloc(2)
    length.writeUInt16BE(id.length)
    const attested = Buffer.concat([Buffer.alloc(16), length, id, cose])
    const data = this.#authenticatorData(conduct.rpId ?? options.rp!.id, conduct, 0, attested)
    const attestationObject = cborMap([
      ['fmt', 'none'],
      ['attStmt', new Map<string, string>()],
      ['authData', data],
    ])
    return {
      ...head(key.id),
      response: {
        clientDataJSON: this.#clientData('webauthn.create', options.challenge, conduct).toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal', 'hybrid'],
      },
    }
  }

  /** `navigator.credentials.get()`. */
  get(options: Options, conduct: Conduct = {}): object {
    const allowed = options.allowCredentials?.map(({ id }) => id)
    const key = this.#keys.find(({ id }) => allowed === undefined || allowed.includes(id))
    assert.ok(key, 'the authenticator has a key for this')
    key.counter = conduct.counter ?? (this.#counts ? key.counter + 1 : 0)
    const data = this.#authenticatorData(conduct.rpId ?? options.rpId!, conduct, key.counter)
    const clientData = this.#clientData('webauthn.get', options.challenge, conduct)
    const { userHandle = key.userHandle } = conduct
    return {
      ...head(key.id),
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', Buffer.concat([data, sha256(clientData)]), key.privateKey).toString('base64url'),
        ...(userHandle !== null && { userHandle }),
      },
    }
  }

  #clientData(type: string, challenge: string, { origin = this.#origin, crossOrigin = false }: Conduct): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin }))
  }

  #authenticatorData(rpId: string, { isVerified = true }: Conduct, counter: number, attested?: Buffer): Buffer {
    // User present, user verified, eligible for backup, backed up, attested data (WebAuthn 3, 6.1).
    const flags = 0x01 | (isVerified ? 0x04 : 0) | (this.#isSynced ? 0x18 : 0) | (attested === undefined ? 0 : 0x40)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([flags]), count, attested ?? Buffer.alloc(0)])
  }
}

function head(id: string) {
  return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, authenticatorAttachment: 'platform' }
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

type Cbor = number | string | Buffer | ReadonlyMap<string, string>

/** The little of CBOR (RFC 8949) that is needed: small maps of integers, texts and bytes. */
function cborMap(entries: readonly (readonly [Cbor, Cbor])[]): Buffer {
  return Buffer.concat([cborHead(5, entries.length), ...entries.flatMap((entry) => entry.map(cbor))])
}

function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value)
  if (typeof value === 'string') return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([cborHead(2, value.length), value])
  return cborHead(5, 0)
}

function cborHead(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument])
  if (argument < 256) return Buffer.from([(major << 5) | 24, argument])
  return Buffer.from([(major << 5) | 25, argument >> 8, argument & 0xff])
}
