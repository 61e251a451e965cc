import { LRUCache } from 'lru-cache'
import { newId } from '../../../plugin.ts'
import { hashToken } from '../secrets/token.ts'
import { tokenErrors } from './errors.ts'
import type { JwtSettings } from './jwt-options.ts'
import type { SigningKeys, Verifier } from './signing-keys.ts'

/** What an access token says, beside who gives it out, for whom and when. */
export interface AccessClaims {
  /** Of the account. */
  readonly sub: string
  /** The collection the account is in. */
  readonly accounts: string
  /** The family of refresh tokens, or the API key, that it comes from. */
  readonly sid: string
  readonly from: 'session' | 'key'
  /** The generation of the account: one of an earlier is worth nothing. */
  readonly gen: number
  /** When it was made; another service has nothing newer. This server looks at the account instead. */
  readonly roles: readonly string[]
  /** `products:read orders:*`; without it all that the roles allow. */
  readonly scope?: string
  readonly tenant?: string
  /** When its owner proved who they are: seconds since 1970. */
  readonly auth_time?: number
}

/** RFC 9068: no other token of ours, or of a provider, is of this type. */
const tokenType = 'at+jwt'
/** Clocks of this installation's servers differ by less. */
const leewaySeconds = 5

export interface AccessTokens {
  /** @param untilMs  it ends then at the latest. */
  sign(
    claims: AccessClaims,
    nowMs: number,
    untilMs?: number,
  ): Promise<{ readonly token: string; readonly expiresAt: string }>
  /** @throws auth_token_expired, auth_token_invalid */
  verify(token: string, nowMs: number): Promise<AccessClaims>
}

/** @param clientId  who the tokens are given to, as RFC 9068 has it: the application itself. */
export function createAccessTokens(keys: SigningKeys, settings: JwtSettings, clientId: string): AccessTokens {
  const { issuer, audience, lifetimeMs } = settings
  // A signature costs forty times what the rest of a request does to find out who sends it.
  const verified = new LRUCache<string, Verified>({ max: 10_000 })
  return {
    async sign(claims, nowMs, untilMs = Number.POSITIVE_INFINITY) {
      const { SignJWT } = await import('jose')
      const { id: kid, algorithm: alg, key } = await keys.signer()
      const [iat, exp] = [nowMs, Math.min(nowMs + lifetimeMs, untilMs)].map((ms) => Math.floor(ms / 1_000)) as [
        number,
        number,
      ]
      const token = await new SignJWT({
        ...claims,
        client_id: clientId,
        iss: issuer,
        aud: audience,
        iat,
        exp,
        jti: newId(),
      })
        .setProtectedHeader({ alg, kid, typ: tokenType })
        .sign(key)
      return { token, expiresAt: new Date(exp * 1_000).toISOString() }
    },
    async verify(token, nowMs) {
      const hash = hashToken(token, 'access-token')
      const known = verified.get(hash)
      if (known !== undefined && (await isGoodStill(known, nowMs))) return known.claims
      const fresh = await verifyNow(token, nowMs)
      verified.set(hash, fresh)
      return fresh.claims
    },
  }

  async function isGoodStill({ kid, exp }: Verified, nowMs: number): Promise<boolean> {
    return Math.floor(nowMs / 1_000) - leewaySeconds < exp && (await keys.verifier(kid)) !== undefined
  }

  async function verifyNow(token: string, nowMs: number): Promise<Verified> {
    const { jwtVerify } = await import('jose')
    const { id, key, algorithm } = await keyOf(token, keys)
    const checked = jwtVerify(token, key, {
      // As the key has it: what the header says is compared with it.
      algorithms: [algorithm],
      issuer,
      audience,
      typ: tokenType,
      clockTolerance: leewaySeconds,
      currentDate: new Date(nowMs),
      requiredClaims: ['sub', 'sid', 'from', 'gen', 'iat', 'exp', 'jti'],
    })
    const { payload } = await checked.catch(refused)
    return { claims: payload as unknown as AccessClaims, kid: id, exp: payload.exp! }
  }
}

/** What was verified once has the same signature the next time: only its end and its key may have changed. */
interface Verified {
  readonly claims: AccessClaims
  readonly kid: string
  /** Seconds since 1970. */
  readonly exp: number
}

async function keyOf(token: string, keys: SigningKeys): Promise<Verifier> {
  const kid = await keyIdOf(token)
  const key = kid === undefined ? undefined : await keys.verifier(kid)
  if (key === undefined) throw tokenErrors.token_invalid()
  return key
}

async function keyIdOf(token: string): Promise<string | undefined> {
  const { decodeProtectedHeader } = await import('jose')
  try {
    return decodeProtectedHeader(token).kid
  } catch (cause) {
    throw tokenErrors.token_invalid({ cause })
  }
}

async function refused(cause: unknown): Promise<never> {
  const { errors } = await import('jose')
  throw cause instanceof errors.JWTExpired ? tokenErrors.token_expired({ cause }) : tokenErrors.token_invalid({ cause })
}
