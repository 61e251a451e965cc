import type { FeatureRuntime, KnownActor, MadeFromRows } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import type { AccessClaims } from './access-token.ts'
import { tokenErrors } from './errors.ts'
import { grantOf } from './families.ts'
import { actorFromGrant, type Grant } from './grant.ts'
import { accountKeysOf, grantOfKey } from './keys/account-keys.ts'
import { familiesOf } from './tables.ts'
import type { Jwt } from './tokens.ts'

interface Holder {
  readonly account: string
  readonly generation: number
  readonly actor: KnownActor
}

/** Three parts with dots between, the last of which `alg: none` leaves empty. */
const jwtPattern = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i

/**
 * Resolves `Authorization: Bearer <access token>`.
 *
 * The token says who it is; what they may do is read from the account, so that a role that was taken away counts from the next request on.
 */
export function authenticateToken({ tokens }: Jwt, kit: AuthKit): NonNullable<FeatureRuntime['authenticate']> {
  const from = ['auth-token-families', 'auth-keys', 'auth-accounts', ...kit.actorSources]
  const known = kit.context.remember<Holder>({ from, maxAgeSeconds: 0 })
  return ({ authorization = '' }) => {
    const token = jwtPattern.exec(authorization)?.[1]
    return token === undefined ? undefined : actorOf(token)
  }

  async function actorOf(token: string): Promise<KnownActor> {
    const claims = await tokens.verify(token, kit.context.clock.nowMs())
    const holder = await known.get(`${claims.from}:${claims.sid}`, () => findHolder(claims, kit))
    if (holder === undefined || holder.account !== claims.sub || holder.generation !== claims.gen)
      throw tokenErrors.token_invalid()
    return holder.actor
  }
}

async function findHolder({ sid, from }: AccessClaims, kit: AuthKit): Promise<MadeFromRows<Holder> | undefined> {
  const source = from === 'key' ? await findKey(sid, kit) : await findFamily(sid, kit)
  const account = source && (await kit.db['auth-accounts'].findOne(source.account))
  if (source === undefined || account === undefined || account.disabledAt !== null) return undefined
  const { value: actor, rows } = await actorFromGrant(account, source.grant, kit)
  return {
    value: { account: account.id, generation: account.generation, actor },
    rows: [{ collection: source.collection, id: sid }, { collection: 'auth-accounts', id: account.id }, ...rows],
  }
}

interface Source {
  readonly collection: string
  readonly account: string
  readonly grant: Grant
}

async function findFamily(id: string, { db }: AuthKit): Promise<Source | undefined> {
  const family = await familiesOf(db).findOne(id)
  if (family === undefined || family.endedAt !== null) return undefined
  return { collection: 'auth-token-families', account: family.account, grant: grantOf(family) }
}

async function findKey(id: string, { db }: AuthKit): Promise<Source | undefined> {
  const key = await accountKeysOf(db).findOne(id)
  return key && { collection: 'auth-keys', account: key.account, grant: grantOfKey(key) }
}
