import {
  type AnyCollection,
  boolean,
  type CollectionApi,
  type CollectionMap,
  collection,
  type Db,
  eq,
  instant,
  integer,
  json,
  type LooseDb,
  list,
  nobody,
  type RecordOf,
  reference,
  text,
} from '../../plugin.ts'

/**
 * Beside each record of a collection of accounts lies one here, of the same id: what signing in needs, and nothing an application
 * would show. Read by whoever it belongs to; changed by the routes of sign-in only.
 */
export const authAccounts = collection('auth-accounts', {
  description: 'How accounts sign in. Each has the id of the record it belongs to.',
  fields: {
    /** The collection that the record with the same id is in. */
    accounts: text({ max: 60, immutable: true }),
    /** Who it is: the collection and the e-mail address in lower case. */
    login: text({ max: 330, unique: true, private: true }),
    email: text({ max: 254, write: nobody() }),
    emailVerifiedAt: instant({ optional: true, write: nobody() }),
    roles: list(text({ max: 100 }), { max: 50, default: [] }),
    /** Ids of roles that were made at run time. */
    grants: list(text({ max: 60 }), { max: 50, default: [] }),
    disabledAt: instant({ optional: true }),
    passwordHash: text({ max: 300, optional: true, private: true }),
    passwordChangedAt: instant({ optional: true, write: nobody() }),
    /** Counts up when all that was given out shall end: sessions and tokens of an earlier one are worth nothing. */
    generation: integer({ default: 1, private: true }),
    /** Second factors that are set up: `totp`, `passkey`. */
    factors: list(text({ max: 20 }), { max: 10, default: [], write: nobody() }),
    lastSignInAt: instant({ optional: true, write: nobody() }),
  },
  rules: { read: ({ row, actor }) => eq(row.id, actor.id) },
})

/** Secrets that are good once, for one purpose, until a time. Stored as hashes; consumed by one conditional statement. */
export const authSecrets = collection('auth-secrets', {
  description: 'Links and codes that were given out, stored as hashes.',
  fields: {
    purpose: text({ max: 40, immutable: true }),
    hash: text({ max: 64, unique: true, private: true }),
    account: reference('auth-accounts', { optional: true, onDelete: 'cascade' }),
    /** The e-mail address or whatever else it is about. */
    data: json({ optional: true, private: true }),
    expiresAt: instant(),
    usedAt: instant({ optional: true }),
    /** How often a wrong code may still be tried. */
    attemptsLeft: integer({ default: 1 }),
  },
  indexes: [['account', 'purpose'], ['expiresAt']],
})

/** Who is signed in where. */
export const authSessions = collection('auth-sessions', {
  description: 'Who is signed in where; the token is stored as a hash.',
  fields: {
    account: reference('auth-accounts', { onDelete: 'cascade', immutable: true }),
    hash: text({ max: 64, unique: true, private: true }),
    generation: integer({ private: true }),
    /** `cookie` or `token`. */
    transport: text({ max: 10 }),
    /** What it was signed in by: `password`, `totp`, `passkey`, … */
    methods: list(text({ max: 20 }), { max: 10 }),
    /** `full`, or what is still wanted: `enrol` a second factor. */
    stage: text({ max: 10, default: 'full' }),
    authenticatedAt: instant(),
    /** When a second factor was shown last. */
    secondFactorAt: instant({ optional: true }),
    lastUsedAt: instant(),
    expiresAt: instant(),
    userAgent: text({ max: 300, optional: true }),
    address: text({ max: 60, optional: true }),
    tenant: text({ max: 60, optional: true }),
    /** The administrator who acts in the name of the account. */
    impersonator: text({ max: 60, optional: true }),
  },
  indexes: [['account', 'lastUsedAt'], ['expiresAt']],
})

/** What happened that matters, for whoever has to find out later. Never changed, removed after `auditLifetime`. */
export const authEvents = collection('auth-events', {
  description: 'What happened to accounts: who signed in, who changed what.',
  fields: {
    event: text({ max: 60 }),
    /** Whom it is about; kept when the account is gone. */
    account: text({ max: 60, optional: true }),
    /** Who did it, where that is somebody else. */
    by: text({ max: 60, optional: true }),
    isSuccess: boolean({ default: true }),
    address: text({ max: 60, optional: true }),
    userAgent: text({ max: 300, optional: true }),
    details: json({ optional: true }),
  },
  indexes: [['account', 'createdAt'], ['createdAt']],
})

export const coreTables = [authAccounts, authSecrets, authSessions, authEvents] as const

export type AuthAccount = RecordOf<typeof authAccounts>
export type AuthSecret = RecordOf<typeof authSecrets>
export type AuthSession = RecordOf<typeof authSessions>
/** The data API of the collections that every way to sign in uses, as the system. */
export type AuthDb = Db<CollectionMap<typeof coreTables>>

/** The data API of a collection that a part of sign-in has brought itself: `apiOf<typeof authDevices>('auth-devices', db)`. */
export function apiOf<C extends AnyCollection>(
  name: C['name'],
  db: AuthDb,
): CollectionApi<CollectionMap<readonly [C]>, C> {
  return (db as unknown as LooseDb)[name] as unknown as CollectionApi<CollectionMap<readonly [C]>, C>
}

/** The data API of a collection that is known by name only: a collection of accounts, whose fields the application has declared. */
export function looseApiOf(name: string, db: AuthDb): LooseDb[string] {
  return (db as unknown as LooseDb)[name]!
}
