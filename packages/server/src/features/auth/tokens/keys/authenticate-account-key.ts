import type { FeatureRuntime, KnownActor, MadeFromRows, UseNotes } from '../../../../plugin.ts'
import type { AuthKit } from '../../kit.ts'
import { tokenErrors } from '../errors.ts'
import { actorFromGrant } from '../grant.ts'
import { type AccountKey, accountKeyIn, accountKeysOf, grantOfKey, hashAccountKey, isExpired } from './account-keys.ts'

interface KnownKey {
  readonly key: AccountKey
  readonly actor: KnownActor
}

/** Resolves `Authorization: Bearer glu_…` to the account of the key, with the roles that it has now. */
export function authenticateAccountKey(kit: AuthKit, uses: UseNotes): NonNullable<FeatureRuntime['authenticate']> {
  const from = ['auth-keys', 'auth-accounts', ...kit.actorSources]
  const known = kit.context.remember<KnownKey>({ from, maxAgeSeconds: 0 })
  const use = (found: KnownKey | undefined): KnownActor => {
    const nowMs = kit.context.clock.nowMs()
    if (found === undefined) throw tokenErrors.api_key_invalid()
    if (isExpired(found.key, nowMs)) throw tokenErrors.api_key_expired()
    uses.note(found.key, nowMs)
    return found.actor
  }
  return ({ authorization }) => {
    const secret = accountKeyIn(authorization)
    if (secret === undefined) return undefined
    const hash = hashAccountKey(secret)
    const found = known.get(hash, () => findKey(hash, kit))
    return found instanceof Promise ? found.then(use) : use(found)
  }
}

async function findKey(hash: string, kit: AuthKit): Promise<MadeFromRows<KnownKey> | undefined> {
  const found = await accountKeysOf(kit.db).first({ where: { hash } })
  const account = found && (await kit.db['auth-accounts'].findOne(found.account))
  if (found === undefined || account === undefined || account.disabledAt !== null) return undefined
  const { value: actor, rows } = await actorFromGrant(account, grantOfKey(found), kit)
  return {
    value: { key: found, actor },
    rows: [{ collection: 'auth-keys', id: found.id }, { collection: 'auth-accounts', id: account.id }, ...rows],
  }
}
