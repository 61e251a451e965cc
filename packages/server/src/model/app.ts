import type { Action, Hook } from './action.ts'
import type { Audit } from './audit.ts'
import type { Feature } from './feature.ts'
import type { AnyCollection, CollectionMap } from './infer.ts'
import type { Job } from './job.ts'

/** The sum of an application's declarations. `compileModel` is its only reader. `~collections` exists for the type checker only. */
export interface App<Map = any> {
  // any: whoever only reads the declarations does not ask which they are
  readonly '~collections'?: Map
  readonly kind: 'app'
  readonly name: string
  readonly description: string | undefined
  readonly collections: readonly AnyCollection[]
  readonly actions: readonly Action[]
  readonly hooks: readonly Hook[]
  readonly jobs: readonly Job[]
  readonly roles: Readonly<Record<string, RoleDeclaration>>
  readonly permissions: Readonly<Record<string, string>>
  readonly audits: readonly Audit[]
  readonly features: readonly Feature[]
  readonly settings: Settings
  /** What was declared and does not exist: `compileModel` refuses it. */
  readonly unknown: Readonly<Record<string, unknown>>
}

export interface RoleDeclaration {
  readonly description?: string
  /** Roles that whoever holds this one also holds. */
  readonly includes?: readonly string[]
}

export interface AppDefinition<List extends readonly AnyCollection[] = readonly AnyCollection[]> {
  /** Shown to people: in the start line, the docs and the page at `/`. */
  readonly name: string
  readonly description?: string
  readonly collections: List
  readonly actions?: readonly Action[]
  readonly hooks?: readonly Hook[]
  /** Work that is done later, made by `job`. */
  readonly jobs?: readonly Job[]
  /** `{ staff: {}, manager: { includes: ['staff'] } }`. Rules may only name roles that are declared here. */
  readonly roles?: Readonly<Record<string, RoleDeclaration>>
  /**
   * `{ 'products.publish': 'May put products on sale' }`: rights by name, which roles made at run time bring. Rules may only name
   * permissions that are declared here.
   */
  readonly permissions?: Readonly<Record<string, string>>
  /** What has to be true of the data at any time: `galley audit`. */
  readonly audits?: readonly Audit[]
  readonly features?: readonly Feature[]
  readonly settings?: Settings
}

/** What an application may say, for whoever said something else. */
export const appOptions = Object.freeze([
  'name',
  'description',
  'collections',
  'actions',
  'hooks',
  'jobs',
  'roles',
  'permissions',
  'audits',
  'features',
  'settings',
] as const satisfies readonly (keyof AppDefinition)[])

/** What an application decides about its server. Everything has a safe default; addresses and secrets come from the environment. */
export interface Settings {
  /** Origins that browsers may call from, e.g. `['https://shop.example']`. Default: none but the own. */
  readonly cors?: { readonly origins: readonly string[] }
  /** Requests per window and client. Default 600 per 60 s. False turns it off. */
  readonly rateLimit?: { readonly max: number; readonly windowSeconds: number } | false
  readonly limits?: Partial<Limits>
  /** Addresses or CIDR ranges of proxies whose `X-Forwarded-For` is believed. Default: none. */
  readonly trustedProxies?: readonly string[]
  /**
   * Requests to other servers. `allow` has addresses besides the public internet: `['127.0.0.1:9000', '10.0.0.0/8', '[::1]:9000']`.
   * Default: none.
   */
  readonly outgoing?: { readonly allow: readonly string[] }
}

export interface Limits {
  /** Default 1 MiB. */
  readonly bodyBytes: number
  /** Nesting of a JSON body. Default 32. */
  readonly bodyDepth: number
  /** Length of the URL. Default 8 192. */
  readonly urlBytes: number
  /** Default 16 KiB. */
  readonly headerBytes: number
  /** Conditions of one filter. Default 50. */
  readonly filterConditions: number
  /** Nesting of `expand`. Default 4. */
  readonly expandDepth: number
  /** Relations of one `expand`, in all. Default 20. */
  readonly expandRelations: number
  /** Operations of one batch. Default 100. */
  readonly batchOperations: number
  /** Requests in work at once before new ones are refused with 503. Default 1 000. */
  readonly requestsInFlight: number
  /** Milliseconds until a request is given up. Default 30 000. */
  readonly requestMs: number
  /** Milliseconds until a statement that reads is stopped. Default 10 000. */
  readonly statementMs: number
  /** Memory for the answers of collections that keep them (`cache`), in bytes. Default 32 MiB. */
  readonly cacheBytes: number
}

export const defaultLimits: Limits = Object.freeze({
  bodyBytes: 1_048_576,
  bodyDepth: 32,
  urlBytes: 8_192,
  headerBytes: 16_384,
  filterConditions: 50,
  expandDepth: 4,
  expandRelations: 20,
  batchOperations: 100,
  requestsInFlight: 1_000,
  requestMs: 30_000,
  statementMs: 10_000,
  cacheBytes: 33_554_432,
})

/** Sums up the declarations of an application. */
export function defineApp<const List extends readonly AnyCollection[]>(
  definition: AppDefinition<List>,
): App<CollectionMap<List>> {
  const {
    name,
    description,
    collections,
    actions = [],
    hooks = [],
    jobs = [],
    roles,
    permissions,
    audits = [],
    features = [],
    settings,
    ...others
  } = definition
  // Another application may be where this one begins: `defineApp({ ...shop, settings })`.
  const { kind: _kind, unknown: unknownThere, ...unknown } = others as Partial<App>
  return Object.freeze({
    kind: 'app',
    name,
    description,
    collections: Object.freeze([...collections]),
    actions: Object.freeze([...actions]),
    hooks: Object.freeze([...hooks]),
    jobs: Object.freeze([...jobs]),
    roles: Object.freeze({ ...roles }),
    permissions: Object.freeze({ ...permissions }),
    audits: Object.freeze([...audits]),
    features: Object.freeze([...features]),
    settings: Object.freeze({ ...settings }),
    unknown: Object.freeze({ ...unknownThere, ...unknown }),
  })
}
