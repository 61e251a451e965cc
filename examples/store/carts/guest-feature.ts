import { createUseNotes, defineFeature, type FeatureContext, type FeatureRuntime, type KnownActor } from 'galley/plugin'
import { type StoreDb, storeDbOf } from '../collections.ts'
import { hashOfSecret, isSecret } from '../secrets.ts'
import { cartErrors } from './errors.ts'
import { hasGone } from './guests.ts'

/**
 * Lets guests be somebody: `Authorization: Cart <secret>` is the guest who got the secret by POST /api/carts/open.
 *
 * A secret that is not one is refused before the database is asked; every other costs one look-up by its hash, right or wrong.
 */
export const guestFeature = defineFeature({ name: 'guests', start: guestsOfTheShop })

function guestsOfTheShop(context: FeatureContext): FeatureRuntime {
  const store = storeDbOf(context.db)
  const known = context.remember<KnownGuest>({ from: ['guests'] })
  const uses = createUseNotes({
    store: (id, lastUsedAt) => store.guests.updateIf(id, {}, { lastUsedAt }),
    onFailure: (error, guest) => context.log.warn({ error, guest }, 'The last use of a cart could not be stored.'),
  })
  const welcome = (guest: KnownGuest | undefined): KnownActor => {
    const nowMs = context.clock.nowMs()
    if (guest === undefined || hasGone(guest, nowMs)) throw cartErrors.secret_unknown()
    uses.note(guest, nowMs)
    return guest.actor
  }
  return {
    authenticate({ authorization = '' }) {
      const secret = /^Cart +(\S*)$/i.exec(authorization)?.[1]
      if (secret === undefined) return undefined
      if (!isSecret(secret)) throw cartErrors.secret_unknown()
      const secretHash = hashOfSecret(secret)
      const found = known.get(secretHash, () => findGuest(secretHash, store))
      return found instanceof Promise ? found.then(welcome) : welcome(found)
    },
    stop: () => uses.finish(),
  }
}

interface KnownGuest {
  readonly id: string
  readonly lastUsedAt: string
  readonly actor: KnownActor
}

async function findGuest(secretHash: string, store: StoreDb) {
  const guest = await store.guests.first({ where: { secretHash } })
  if (guest === undefined) return undefined
  const { id, lastUsedAt } = guest
  const actor: KnownActor = Object.freeze({ kind: 'key', id, roles: Object.freeze(['guest']) })
  return { value: { id, lastUsedAt, actor }, rows: [{ collection: 'guests', id }] }
}
