import type { CryptoKey, JWK } from 'jose'
import { createSealer, newId, type Sealer } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import { removeAll } from '../remove-all.ts'
import type { JwtSettings } from './jwt-options.ts'
import { type SigningKey, signingKeysOf } from './tables.ts'

/** The keys of this installation. They follow each other; each is published before it signs, and until what it signed has expired. */
export interface SigningKeys {
  /** The key to sign with now. */
  signer(): Promise<Signer>
  /** The public key of an id, while tokens of it may be good. */
  verifier(id: string): Promise<Verifier | undefined>
  /** What others verify with (RFC 7517). */
  published(): Promise<readonly JWK[]>
  /** Makes the next key in time, and removes old ones. */
  tidy(): Promise<void>
}

export interface Signer {
  readonly id: string
  readonly algorithm: string
  readonly key: CryptoKey
}
export type Verifier = Signer

interface LoadedKey {
  readonly row: SigningKey
  readonly verifier: Verifier
  /** Undefined when it was sealed with a secret that is not there any more. */
  readonly privateKey: CryptoKey | undefined
}

/** A key is made and published so long before it signs: services that keep the published keys have it by then. */
const leadMs = 2 * 3_600_000
/** What another process has made or removed is seen after so long at the latest. */
const reloadMs = 60_000
/** Asking for keys that do not exist reads the database this often at most. */
const cooldownMs = 1_000
/** Old keys are removed late: a clock that was wrong for a while shall take none of the good ones. */
const keptMs = 30 * 86_400_000

export function createSigningKeys(kit: AuthKit, settings: JwtSettings): SigningKeys {
  const { clock } = kit.context
  let loading: Promise<readonly LoadedKey[]> | undefined
  let loadedMs = Number.NEGATIVE_INFINITY

  /** @param maxAgeMs  of what was read before. A clock that was set back counts as old. */
  function loaded(maxAgeMs: number): Promise<readonly LoadedKey[]> {
    const ageMs = clock.nowMs() - loadedMs
    if (loading !== undefined && ageMs >= 0 && ageMs < maxAgeMs) return loading
    loadedMs = clock.nowMs()
    const fresh = loadKeys(kit)
    loading = fresh
    fresh.catch(() => {
      if (loading === fresh) loading = undefined
    })
    return fresh
  }

  async function ensured(): Promise<LoadedKey> {
    const found = signing(await loaded(reloadMs), clock.nowMs(), settings)
    if (found !== undefined) return found
    await makeNext(kit, settings)
    const made = signing(await loaded(0), clock.nowMs(), settings)
    if (made === undefined) throw new Error('A signing key was made, and is not there.')
    return made
  }

  const verifiable = (keys: readonly LoadedKey[]) => keys.filter(({ row }) => isVerifying(row, clock.nowMs(), settings))

  return {
    async signer() {
      const { verifier, privateKey } = await ensured()
      return { ...verifier, key: privateKey! }
    },
    async verifier(id) {
      const byId = ({ row }: LoadedKey) => row.id === id
      const found = verifiable(await loaded(reloadMs)).find(byId) ?? verifiable(await loaded(cooldownMs)).find(byId)
      return found?.verifier
    },
    async published() {
      await ensured()
      return verifiable(await loaded(reloadMs)).map(({ row }) => row.publicKey as JWK)
    },
    async tidy() {
      await makeNext(kit, settings)
      const signsUntil = { lt: new Date(clock.nowMs() - settings.lifetimeMs - keptMs).toISOString() }
      await removeAll(signingKeysOf(kit.db), { signsUntil })
      loading = undefined
    },
  }
}

async function loadKeys(kit: AuthKit): Promise<readonly LoadedKey[]> {
  const { data } = await signingKeysOf(kit.db).find({ sort: '-sequence', limit: 1_000 })
  const sealer = await sealerOf(kit)
  return Promise.all(data.map((row) => loadKey(row, sealer, kit)))
}

async function loadKey(row: SigningKey, sealer: Sealer, { context }: AuthKit): Promise<LoadedKey> {
  const { importJWK } = await import('jose')
  const { id, algorithm } = row
  const imported = async (jwk: JWK) => (await importJWK(jwk, algorithm)) as CryptoKey
  return {
    row,
    verifier: { id, algorithm, key: await imported(row.publicKey as JWK) },
    privateKey: await opened(row).catch((error: unknown) => {
      context.log.warn({ error, key: id }, 'A signing key cannot be opened any more. There will be another one.')
      return undefined
    }),
  }

  async function opened({ sealedKey }: SigningKey) {
    return imported(JSON.parse(sealer.open(sealedKey, id).toString()) as JWK)
  }
}

async function sealerOf({ context }: AuthKit): Promise<Sealer> {
  return createSealer({ secret: await context.secret('signing-keys'), purpose: 'signing-key' })
}

/** The newest that signs now. */
function signing(keys: readonly LoadedKey[], nowMs: number, { algorithm }: JwtSettings): LoadedKey | undefined {
  return keys.find(
    ({ row, privateKey }) =>
      privateKey !== undefined &&
      row.algorithm === algorithm &&
      Date.parse(row.signsFrom) <= nowMs &&
      nowMs < Date.parse(row.signsUntil),
  )
}

/** What it signed last has expired a minute later than the token says, for clocks that differ. */
function isVerifying({ signsUntil }: SigningKey, nowMs: number, { lifetimeMs }: JwtSettings): boolean {
  return nowMs < Date.parse(signsUntil) + lifetimeMs + 60_000
}

/** Makes a key where none signs now, or where the one that does will end soon. Processes that do so at once make one together. */
async function makeNext(kit: AuthKit, settings: JwtSettings): Promise<void> {
  const keys = await loadKeys(kit)
  const nowMs = kit.context.clock.nowMs()
  const [now, later] = [signing(keys, nowMs, settings), signing(keys, nowMs + leadMs, settings)]
  if (now !== undefined && later !== undefined) return
  const fromMs = now === undefined ? nowMs : Date.parse(now.row.signsUntil)
  const sequence = (keys[0]?.row.sequence ?? 0) + 1
  const values = await newKey(sequence, fromMs, kit, settings)
  try {
    await signingKeysOf(kit.db).create(values as never)
  } catch (error) {
    const other = await signingKeysOf(kit.db).first({ where: { sequence } })
    if (other === undefined) throw error
  }
}

async function newKey(sequence: number, fromMs: number, kit: AuthKit, { algorithm, rotateMs }: JwtSettings) {
  const { exportJWK, generateKeyPair } = await import('jose')
  const id = newId()
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const about = { kid: id, alg: algorithm, use: 'sig' }
  return {
    id,
    sequence,
    algorithm,
    publicKey: { ...(await exportJWK(publicKey)), ...about },
    sealedKey: (await sealerOf(kit)).seal(JSON.stringify(await exportJWK(privateKey)), id),
    signsFrom: new Date(fromMs).toISOString(),
    signsUntil: new Date(fromMs + rotateMs).toISOString(),
  }
}
