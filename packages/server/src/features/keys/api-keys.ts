import {
  type CollectionMap,
  collection,
  type Db,
  instant,
  type LooseDb,
  list,
  type RecordOf,
  text,
} from '../../plugin.ts'

/** The keys there are. Nobody reaches them through the API: the command line makes, lists and revokes them. */
export const apiKeys = collection('api-keys', {
  description: 'API keys, stored as hashes.',
  fields: {
    name: text({ max: 100, min: 1 }),
    /** What a key begins with: enough to recognize it, not to use it. */
    prefix: text({ max: 20 }),
    hash: text({ max: 64, unique: true, private: true }),
    roles: list(text({ max: 100 }), { max: 20 }),
    /** What of all that the roles allow; null: all. */
    scopes: list(text({ max: 150 }), { max: 50, optional: true }),
    /** Whom the key acts for; null: the key itself. */
    actorId: text({ max: 100, optional: true }),
    expiresAt: instant({ optional: true }),
    revokedAt: instant({ optional: true }),
    lastUsedAt: instant({ optional: true }),
  },
})

export type ApiKey = RecordOf<typeof apiKeys>
/** The data API of the keys, as the system. */
export type KeyDb = Db<CollectionMap<readonly [typeof apiKeys]>>

/** The keys of an application: every one has them, whatever else it declares. */
export function keysOf(db: LooseDb): KeyDb['api-keys'] {
  return (db as unknown as KeyDb)['api-keys']
}
