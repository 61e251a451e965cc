import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { sealErrors } from './seal-errors.ts'

/** Keeps values in the database that must be read again: secrets of authenticators, tokens of others, private keys. */
export interface Sealer {
  /**
   * Encrypts a value for one owner, as `s1.<key>.<base64url>`: about 1.4 times its bytes and 60 more.
   * @param owner  the id of the account, or of what else it belongs to: it opens for no other
   */
  seal(value: string | Uint8Array, owner: string): string
  /** @throws seal_unknown_key, seal_broken */
  open(sealed: string, owner: string): Buffer
  /** True when it was sealed with a former secret, so that it should be sealed again. */
  isOutdated(sealed: string): boolean
}

export interface SealerOptions {
  /** Of the installation, 32 random bytes. */
  readonly secret: Uint8Array
  /** Former secrets: what was sealed with them still opens. */
  readonly formerSecrets?: readonly Uint8Array[]
  /** What kind of value it is, `totp`: each has keys of its own, and opens for no other. */
  readonly purpose: string
}

interface Key {
  readonly id: string
  readonly bytes: Buffer
}

/** AES-256-GCM with a random nonce; the key follows from the secret by HKDF-SHA-256. Good for 2^32 values of each purpose (NIST SP 800-38D). */
export function createSealer({ secret, formerSecrets = [], purpose }: SealerOptions): Sealer {
  const current = keyFrom(secret, purpose)
  const keys = [current, ...formerSecrets.map((former) => keyFrom(former, purpose))]
  return {
    seal: (value, owner) => seal(value, owner, current),
    open: (sealed, owner) => {
      const [keyId, bytes] = partsOf(sealed)
      const key = keys.find(({ id }) => id === keyId)
      if (key === undefined) throw sealErrors.unknown_key({ details: { keyId } })
      return open(bytes, owner, key)
    },
    isOutdated: (sealed) => partsOf(sealed)[0] !== current.id,
  }
}

const nonceBytes = 12
const tagBytes = 16

/** The id says which secret it was, and nothing of the key. */
function keyFrom(secret: Uint8Array, purpose: string): Key {
  const derive = (use: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `galley seal 1 ${use} ${purpose}`, bytes))
  return { id: derive('id', 6).toString('base64url'), bytes: derive('key', 32) }
}

function seal(value: string | Uint8Array, owner: string, { id, bytes }: Key): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', bytes, nonce, { authTagLength: tagBytes }).setAAD(boundTo(id, owner))
  const text = Buffer.concat([cipher.update(value), cipher.final()])
  return `s1.${id}.${Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url')}`
}

function open(sealed: Buffer, owner: string, { id, bytes }: Key): Buffer {
  if (sealed.length < nonceBytes + tagBytes) throw sealErrors.broken()
  const nonce = sealed.subarray(0, nonceBytes)
  const decipher = createDecipheriv('aes-256-gcm', bytes, nonce, { authTagLength: tagBytes })
  decipher.setAAD(boundTo(id, owner)).setAuthTag(sealed.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()])
  } catch (cause) {
    throw sealErrors.broken({ cause })
  }
}

/** Authenticated with the value: the form, the key and whose it is. */
function boundTo(keyId: string, owner: string): Buffer {
  return Buffer.from(JSON.stringify(['s1', keyId, owner]))
}

const sealedPattern = /^s1\.([\w-]{8})\.([\w-]+)$/

function partsOf(sealed: string): readonly [keyId: string, bytes: Buffer] {
  const [, keyId, bytes] = sealedPattern.exec(sealed) ?? []
  if (keyId === undefined || bytes === undefined) throw sealErrors.broken()
  return [keyId, Buffer.from(bytes, 'base64url')]
}
