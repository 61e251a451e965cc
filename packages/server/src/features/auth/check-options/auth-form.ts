import { isObject } from '../../../plugin.ts'
import type { TenantsOptions } from '../access/options.ts'
import type { CaptchaOptions } from '../defence/captcha.ts'
import type { FirstAdministratorOptions } from '../manage/first-administrator.ts'
import type { AccountsOptions, AuthOptions, PasswordOptions } from '../options.ts'
import type { PasskeyOptions } from '../passkeys/passkey-options.ts'
import type { PasswordlessOptions } from '../passwordless/passwordless-options.ts'
import type { PasswordHashing } from '../passwords/hash-passwords.ts'
import type { JwtOptions } from '../tokens/jwt-options.ts'
import type { AccountKeyOptions } from '../tokens/keys/key-options.ts'
import {
  callable,
  duration,
  type Form,
  flag,
  integer,
  listOf,
  members,
  names,
  oneOf,
  text,
  webAddress,
} from './forms.ts'
import { socialForm } from './social-form.ts'

const collectionItself: Form = (value, path, problems) => {
  if (isCollection(value)) return
  const what = typeof value === 'string' ? `${value}, without quotes: what collection('${value}', …) gave` : 'people'
  problems.add(path, `It is no collection. Write collection: ${what}.`)
}

const accountMembers = members<AccountsOptions>(
  '{ collection: people }',
  {
    collection: collectionItself,
    register: (value, path, problems) => {
      if (value !== false) names('name', ' of the fields people fill in, or false')(value, path, problems)
    },
    invited: names('name'),
    roles: names('member'),
    requiresVerifiedEmail: flag,
    requireMfa: names('admin'),
  },
  { collection: 'Say whose records are accounts: { collection: people }.' },
)

const account: Form = (value, path, problems) => {
  if (isCollection(value)) problems.add(path, `It is a collection. Write { collection: ${value.name} }.`)
  else accountMembers(value, path, problems)
}

const accounts: Form = (value, path, problems) => {
  const name = isCollection(value) ? value.name : 'people'
  listOf(account, `[{ collection: ${name} }]`)(value, path, problems)
  if (Array.isArray(value) && value.length === 0) problems.add(path, nobody)
}

const nobody =
  'Nobody could sign in. List the collections whose records are accounts: accounts: [{ collection: people }].'

const hashing = members<PasswordHashing>('{ memoryKiB: 19456, passes: 2 }', {
  memoryKiB: integer(8, 1_048_576),
  passes: integer(1, 1_000),
  parallelism: integer(1, 99),
  tagBytes: integer(16, 64),
  maxRunning: integer(1, 1_000),
  maxWaiting: integer(0, 1_000_000),
  maxWaitMs: integer(1, 600_000),
})

const passwords = members<PasswordOptions>('{ minLength: 15 }', {
  minLength: integer(8, 64),
  maxLength: integer(64, 128),
  minStrength: integer(0, 4),
  breached: members<{ address: string }>(
    "{ address: 'https://api.pwnedpasswords.com/range/' }",
    { address: webAddress('https://api.pwnedpasswords.com/range/', (address) => /^[^?#]+\/$/.test(address)) },
    { address: "Say who is asked: { address: 'https://api.pwnedpasswords.com/range/' }." },
  ),
  hashing: (value, path, problems) => {
    hashing(value, path, problems)
    if (!isObject(value)) return
    const { memoryKiB = 19_456, parallelism = 1 } = value
    if (Number(memoryKiB) < 8 * Number(parallelism))
      problems.add(
        `${path}.memoryKiB`,
        `It is too little. Write at least ${8 * Number(parallelism)}, 8 for each of parallelism.`,
      )
  },
})

const accountKeys = members<AccountKeyOptions>("true, or { maxLifetime: '30d', perAccount: 25 }", {
  maxLifetime: duration('1s', '400w'),
  perAccount: integer(1, 1_000_000),
})

const rolePermissions: Form = (value, path, problems) => {
  if (!isObject(value)) return problems.add(path, "Write which permissions roles bring: { admin: 'all' }.")
  for (const [role, brought] of Object.entries(value))
    if (brought !== 'all') names('products.publish', " of permissions, or 'all'")(brought, `${path}.${role}`, problems)
}

/** How every option is written. */
export const authForm: Form = members<AuthOptions>(
  'auth({ accounts: [{ collection: people }] })',
  {
    accounts,
    passwords,
    captcha: members<CaptchaOptions>(
      '{ verify: async (token) => … }',
      {
        on: listOf(oneOf('register', 'sign-in', 'reset-password', 'magic-link'), "['register']"),
        verify: callable('async (token) => …'),
      },
      { verify: 'Say how a captcha is looked at: verify: async (token) => ….' },
    ),
    passwordless: members<PasswordlessOptions>('{ magicLink: true } or { code: true }', {
      magicLink: flag,
      code: flag,
      register: flag,
    }),
    social: socialForm,
    sessions: members<NonNullable<AuthOptions['sessions']>>("{ idle: '14d', absolute: '90d' }", {
      idle: duration(),
      absolute: duration(),
    }),
    firstAdministrator: firstAdministratorForm,
    linkLifetime: duration(),
    pages: webAddress('https://shop.example/account'),
    trustDevices: duration(),
    jwt: members<JwtOptions>(
      "{ audience: 'https://api.shop.example' }",
      {
        audience: text('https://api.shop.example'),
        issuer: text('https://shop.example'),
        lifetime: duration('1s', '1h'),
        refreshLifetime: duration('1m', '400d'),
        algorithm: oneOf('EdDSA', 'ES256'),
        rotateEvery: duration('1d', '400d'),
      },
      { audience: "Say who the tokens are for: audience: 'https://api.shop.example'." },
    ),
    apiKeys: (value, path, problems) => {
      if (value !== true) accountKeys(value, path, problems)
    },
    passkeys: members<PasskeyOptions>('passkeys: {}', {
      rpId: text('shop.example'),
      origins: names('https://account.shop.example'),
    }),
    auditLifetime: duration(),
    managers: names('admin'),
    impersonators: names('support'),
    rolePermissions,
    tenants: members<TenantsOptions>(
      "{ collection: 'organizations', roles: ['owner', 'member'] }",
      {
        collection: (value, path, problems) => {
          if (isCollection(value)) problems.add(path, `It is a collection. Write its name: '${value.name}'.`)
          else text('organizations')(value, path, problems)
        },
        roles: (value, path, problems) => {
          names('owner')(value, path, problems)
          if (Array.isArray(value) && value.length === 0) problems.add(path, owner)
        },
      },
      {
        collection: "Say what accounts are members of: collection: 'organizations'.",
        roles: "Say what members may be, the owner first: roles: ['owner', 'member'].",
      },
    ),
  },
  { accounts: nobody },
)

const owner = "Somebody has to own a tenant: roles: ['owner', 'member']."

function firstAdministratorForm(...[value, path, problems]: Parameters<Form>): void {
  const role = typeof value === 'string' && value !== '' ? value : 'admin'
  members<FirstAdministratorOptions>(
    `{ role: '${role}' }`,
    { role: text('admin'), accounts: text('people') },
    { role: "Say which role the first administrator gets: role: 'admin'." },
  )(value, path, problems)
}

function isCollection(value: unknown): value is { readonly name: string } {
  return isObject(value) && value.kind === 'collection'
}
