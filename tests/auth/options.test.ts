import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { collection, defineApp, email, GalleyError, reference, text } from 'galley'
import { type AuthOptions, apple, auth, facebook, github, google, oidc } from 'galley/auth'
import { createTestApp } from 'galley/testing'
import { isLibraryThere } from '../../packages/server/src/features/auth/passkeys/load-library.ts'

const address = email({ unique: true })
const people = collection('people', { fields: { email: address, name: text({ optional: true }) } })
const teams = collection('teams', { fields: { name: text() } })
const good = { accounts: [{ collection: people }] }

type Collection = ReturnType<typeof collection>

const appWith = (options: unknown, collections: readonly Collection[] = [people, teams]) =>
  defineApp({
    name: 'desk',
    collections,
    roles: { member: {}, staff: {}, admin: { includes: ['staff'] } },
    permissions: { 'posts.publish': 'May publish posts' },
    features: [auth(options as AuthOptions)],
  })

/** What is told of the options, as lines of path and sentence. */
async function problemsOf(options: unknown, collections?: readonly Collection[]): Promise<readonly string[]> {
  try {
    await (await createTestApp(appWith(options, collections))).close()
    return []
  } catch (error) {
    assert.ok(error instanceof GalleyError && error.code === 'model_invalid', String(error))
    return error.issues.map(({ pointer, message }) => `${pointer}: ${message}`)
  }
}

/** Each is the options beside good ones, and all that is told. */
function tells(cases: readonly (readonly [more: object, ...told: readonly string[]])[]): () => Promise<void> {
  return async () => {
    for (const [more, ...told] of cases) assert.deepEqual(await problemsOf({ ...good, ...more }), told)
  }
}

test('good options are told nothing', async () => {
  const all = {
    accounts: [{ collection: people, register: ['name'], invited: [], roles: ['member'], requireMfa: ['admin'] }],
    passwords: { minLength: 15, maxLength: 64, minStrength: 3, hashing: { memoryKiB: 64, passes: 1 } },
    captcha: { on: ['register'], verify: async () => true },
    passwordless: { magicLink: true, code: false, register: true },
    social: [google({ clientId: undefined, clientSecret: undefined }), github({ clientId: 'a', clientSecret: 'b' })],
    sessions: { idle: '1d', absolute: '2d' },
    firstAdministrator: { role: 'admin', accounts: 'people' },
    linkLifetime: '2h',
    pages: 'http://localhost:5173/account/',
    jwt: { audience: 'shop', issuer: 'https://shop.example' },
    apiKeys: true,
    passkeys: {},
    managers: ['admin'],
    impersonators: undefined,
    rolePermissions: { admin: 'all', staff: ['posts.publish'] },
    tenants: { collection: 'teams', roles: ['member'] },
  }
  assert.deepEqual(await problemsOf(all), [])
})

describe('options that are written in another way than they are taken', () => {
  test('never make auth() fail: the check tells them', async () => {
    const missing =
      'Nobody could sign in. List the collections whose records are accounts: accounts: [{ collection: people }].'
    const cases = [
      [undefined, 'auth: It is missing. Write auth({ accounts: [{ collection: people }] }).'],
      [people, `auth.kind: There is no such option.`],
      [{}, `auth.accounts: ${missing}`],
      [{ accounts: [] }, `auth.accounts: ${missing}`],
      [{ accounts: people }, 'auth.accounts: It is an object. Write a list: [{ collection: people }].'],
      [{ accounts: [people] }, 'auth.accounts[0]: It is a collection. Write { collection: people }.'],
      [
        { accounts: [{ collection: 'people' }] },
        "auth.accounts[0].collection: It is no collection. Write collection: people, without quotes: what collection('people', …) gave.",
      ],
      [{ accounts: [{}] }, 'auth.accounts[0].collection: Say whose records are accounts: { collection: people }.'],
      [{ accounts: [null] }, 'auth.accounts[0]: It is null. Write { collection: people }.'],
      [
        { accounts: [{ collection: people, register: true }] },
        "auth.accounts[0].register: It is true. Write a list: ['name'] of the fields people fill in, or false.",
      ],
      [
        { accounts: [{ collection: people, requireMfa: true }] },
        "auth.accounts[0].requireMfa: It is true. Write a list: ['admin'].",
      ],
      [
        { accounts: [{ collection: people, requireMfa: 'staff' }] },
        "auth.accounts[0].requireMfa: It is 'staff'. Write a list: ['staff'].",
      ],
    ] as const
    for (const [options, told] of cases) assert.ok((await problemsOf(options))[0]?.startsWith(told), told)
  })

  test(
    'are told with what to write',
    tells([
      [{ managers: 'admin' }, "auth.managers: It is 'admin'. Write a list: ['admin']."],
      [{ managers: [7] }, "auth.managers[0]: It is 7. Write a text, such as 'admin'."],
      [{ firstAdministrator: 'admin' }, "auth.firstAdministrator: It is 'admin'. Write { role: 'admin' }."],
      [{ passwordless: true }, 'auth.passwordless: It is true. Write { magicLink: true } or { code: true }.'],
      [{ passwordless: { code: 'yes' } }, "auth.passwordless.code: It is 'yes'. Write true or false."],
      [{ apiKeys: 'yes' }, "auth.apiKeys: It is 'yes'. Write true, or { maxLifetime: '30d', perAccount: 25 }."],
      [{ apiKeys: { perAccount: 0 } }, 'auth.apiKeys.perAccount: It is 0. Write a whole number from 1 to 1000000.'],
      [{ passkeys: true }, 'auth.passkeys: It is true. Write passkeys: {}.'],
      [{ captcha: {} }, 'auth.captcha.verify: Say how a captcha is looked at: verify: async (token) => ….'],
      [{ jwt: {} }, "auth.jwt.audience: Say who the tokens are for: audience: 'https://api.shop.example'."],
      [
        { rolePermissions: { admin: true } },
        "auth.rolePermissions.admin: It is true. Write a list: ['products.publish'] of permissions, or 'all'.",
      ],
      [
        { tenants: { collection: teams, roles: ['member'] } },
        "auth.tenants.collection: It is a collection. Write its name: 'teams'.",
      ],
      [
        { tenants: { collection: 'teams', roles: [] } },
        "auth.tenants.roles: Somebody has to own a tenant: roles: ['owner', 'member'].",
      ],
    ]),
  )

  test(
    'are told where they have another name',
    tells([
      [{ session: { idle: '1d' } }, 'auth.session: There is no such option. Did you mean sessions?'],
      [{ sessions: { idel: '1d' } }, 'auth.sessions.idel: There is no such option. Did you mean idle?'],
      [
        { passwordless: { magiclink: true } },
        'auth.passwordless.magiclink: There is no such option. Did you mean magicLink?',
      ],
      [{ jwt: { audiense: 'x' } }, 'auth.jwt.audiense: There is no such option. Did you mean audience?'],
      [
        { accounts: [{ collection: people, requireVerifiedEmail: false }] },
        'auth.accounts[0].requireVerifiedEmail: There is no such option. Did you mean requiresVerifiedEmail?',
      ],
      [
        { passwords: { hashing: { memoryKB: 64 } } },
        'auth.passwords.hashing.memoryKB: There is no such option. Did you mean memoryKiB?',
      ],
    ]),
  )

  test(
    'are told where a time, a number or an address cannot be meant',
    tells([
      [{ linkLifetime: '1 hour' }, "auth.linkLifetime: It is '1 hour'. Write '1h'."],
      [{ trustDevices: 'long' }, "auth.trustDevices: It is 'long'. Write a time such as 10m, 12h or 30d."],
      [{ auditLifetime: true }, 'auth.auditLifetime: It is true. Write a time such as 10m, 12h or 30d.'],
      [{ jwt: { audience: 'a', lifetime: '2h' } }, "auth.jwt.lifetime: It is '2h'. Write a time from 1s to 1h."],
      [{ passwords: { minLength: 4 } }, 'auth.passwords.minLength: It is 4. Write a whole number from 8 to 64.'],
      [{ passwords: { minStrength: '2' } }, "auth.passwords.minStrength: It is '2'. Write a whole number from 0 to 4."],
      [
        { passwords: { hashing: { memoryKiB: 8, parallelism: 4 } } },
        'auth.passwords.hashing.memoryKiB: It is too little. Write at least 32, 8 for each of parallelism.',
      ],
      [
        { passwords: { breached: { address: 'https://x.example/range' } } },
        "auth.passwords.breached.address: It is 'https://x.example/range'. Write an address such as https://api.pwnedpasswords.com/range/.",
      ],
      [{ pages: '/account' }, "auth.pages: It is '/account'. Write an address such as https://shop.example/account."],
      [
        { pages: 'javascript:alert(1)' },
        "auth.pages: It is 'javascript:alert(1)'. Write an address such as https://shop.example/account.",
      ],
    ]),
  )
})

describe('collections of accounts', () => {
  const told = (fields: Parameters<typeof collection>[1]['fields'], more: object = {}) => {
    const own = collection('people', { fields })
    return problemsOf({ accounts: [{ collection: own, ...more }] }, [own, teams])
  }

  test('need an e-mail address that is unique and always there', async () => {
    const wanted = [
      'auth.accounts[0].collection: People sign in by their e-mail address, and people has none that fits. Give it the field email: email({ unique: true }).',
    ]
    const unfit: readonly Parameters<typeof collection>[1]['fields'][] = [
      { name: text({ optional: true }) },
      { email: email() },
      { email: email({ unique: true, optional: true }) },
      { email: text({ unique: true }) },
    ]
    for (const fields of unfit) assert.deepEqual(await told(fields), wanted)
  })

  test('are not deleted by the database, past their sessions', async () => {
    assert.deepEqual(
      await told({ email: address, team: reference('teams', { onDelete: 'cascade', optional: true }) }),
      [
        'auth.accounts[0].collection: Deleting what team of people refers to would delete accounts. Take another onDelete than cascade.',
      ],
    )
  })

  test('are collections of the application, each of them once', async () => {
    assert.deepEqual(await problemsOf(good, [teams]), [
      'auth.accounts[0].collection: The collection people is not among those of the application. Add it: defineApp({ collections: [people] }).',
    ])
    const twice = [{ collection: people }, { collection: people }]
    assert.ok(
      (await problemsOf({ accounts: twice })).includes(
        'auth.accounts[1].collection: The collection people is there twice. List it once.',
      ),
    )
  })

  test('have the fields that people fill in, and people can fill them in', async () => {
    const fields = { email: address, name: text({ optional: true }), team: reference('teams', { optional: true }) }
    assert.deepEqual(await told(fields, { register: ['nmae', 'shoe', 'password', 'email', 'id', 'team'] }), [
      'auth.accounts[0].register[0]: people has no field nmae. Did you mean name?',
      'auth.accounts[0].register[1]: people has no field shoe. The fields are: name.',
      'auth.accounts[0].register[2]: password is asked for anyway. Leave it out.',
      'auth.accounts[0].register[3]: email is asked for anyway. Leave it out.',
      'auth.accounts[0].register[4]: id is set by Galley. Leave it out.',
      'auth.accounts[0].register[5]: team is a relation, which nobody fills in who has no account yet. Leave it out.',
    ])
    assert.deepEqual(await told(fields, { invited: ['nam'] }), [
      'auth.accounts[0].invited[0]: people has no field nam. Did you mean name?',
    ])
  })

  test('need nothing that nobody gives who makes an account', async () => {
    const fields = { email: address, name: text(), tier: text({ default: 'basic' }), team: reference('teams') }
    assert.deepEqual(await told(fields, { register: [] }), [
      'auth.accounts[0].register: people needs name, which nobody gives who makes an account. Add it to register, make it optional, or give it a default.',
      'auth.accounts[0].register: people needs team, which nobody gives who makes an account. Make it optional, or give it a default.',
    ])
    assert.deepEqual(await told(fields, { register: false }), [])
  })

  test('need nothing but the address where mail alone makes accounts', async () => {
    const own = collection('people', { fields: { email: address, name: text() } })
    const options = (register: readonly string[] | false) => ({
      accounts: [{ collection: own, register }],
      passwordless: { magicLink: true, register: true },
    })
    assert.deepEqual(await problemsOf(options(['name']), [own]), [
      'auth.passwordless.register: Whoever signs in by mail gives an address only, and people needs name. Make it optional, give it a default, or leave register out.',
    ])
    assert.deepEqual(await problemsOf(options(false), [own]), [])
  })
})

test(
  'roles, permissions, accounts and tenants that are not declared are told wherever they stand',
  tells([
    [
      { accounts: [{ collection: people, roles: ['membre'] }] },
      'auth.accounts[0].roles[0]: There is no role membre. Did you mean member?',
    ],
    [
      { accounts: [{ collection: people, requireMfa: ['admn'] }] },
      'auth.accounts[0].requireMfa[0]: There is no role admn. Did you mean admin?',
    ],
    [
      { managers: ['boss'] },
      'auth.managers[0]: There is no role boss. Declare it: defineApp({ roles: { boss: {} } }).',
    ],
    [{ impersonators: ['staf'] }, 'auth.impersonators[0]: There is no role staf. Did you mean staff?'],
    [
      { firstAdministrator: { role: 'admins' } },
      'auth.firstAdministrator.role: There is no role admins. Did you mean admin?',
    ],
    [
      { firstAdministrator: { role: 'admin', accounts: 'peple' } },
      'auth.firstAdministrator.accounts: There are no accounts peple. Did you mean people?',
    ],
    [
      { rolePermissions: { admim: 'all', staff: ['posts.publsh', 'x'] } },
      'auth.rolePermissions.admim: There is no role admim. Did you mean admin?',
      'auth.rolePermissions.staff[0]: There is no permission posts.publsh. Did you mean posts.publish?',
      "auth.rolePermissions.staff[1]: There is no permission x. Declare it: defineApp({ permissions: { 'x': 'What it allows' } }).",
    ],
    [
      { tenants: { collection: 'team', roles: ['membr'] } },
      'auth.tenants.roles[0]: There is no role membr. Did you mean member?',
      'auth.tenants.collection: There is no collection team. Did you mean teams?',
    ],
    [
      { managers: ['staff'], tenants: { collection: 'teams', roles: ['admin'] } },
      'auth.tenants.roles[0]: admin brings staff, which would make members of a tenant administrators of all. Take a role that does not.',
    ],
  ]),
)

test('collections that belong to something belong to the tenants that accounts are members of', async () => {
  const posts = collection('posts', { tenant: 'teams', fields: { title: text() } })
  const firms = collection('firms', { fields: { name: text() } })
  const tenants = { collection: 'firms', roles: ['member'] }
  assert.deepEqual(await problemsOf({ ...good, tenants }, [people, teams, posts, firms]), [
    "auth.tenants.collection: Collections belong to teams. Write collection: 'teams'.",
  ])
})

test('providers are made by their functions, with what they need, and each is told without its secret', async () => {
  const client = { clientId: 'id', clientSecret: 'hush' }
  const secret = { clientId: 'id', clientSecret: undefined }
  const told = (social: unknown) => problemsOf({ ...good, social })
  assert.deepEqual(await told(['google']), [
    'auth.social[0]: It is no provider. Write google({ clientId, clientSecret }), from galley/auth.',
  ])
  for (const social of ['google', true, google(client)])
    assert.deepEqual(await told(social), [
      'auth.social: Write a list: social: [google({ clientId, clientSecret })], with google of galley/auth.',
    ])
  assert.match(
    (await told([google(secret)])).join(),
    /^auth\.social\[0\]\.clientSecret: Google needs it beside the clientId, and it is not set\. Make an OAuth client /,
  )
  assert.match(
    (await told([facebook({ clientId: 'id', clientSecret: '' })])).join(),
    /^auth\.social\[0\]\.clientSecret: Facebook needs it/,
  )
  assert.deepEqual(await told([oidc({ name: 'own', issuer: 'https://id.example', ...secret })]), [])
  const wrong = await told([
    google({ ...client, clientID: 'x' } as never),
    github({ ...client, clientSecret: 12345 } as never),
  ])
  assert.deepEqual(
    wrong.map((line) => line.slice(0, 81)),
    [
      'auth.social[0].clientID: There is no such option. Did you mean clientId?',
      'auth.social[1].clientSecret: It is no text. Write the secret that GitHub gave you',
    ],
  )
  assert.doesNotMatch(wrong.join(), /hush|12345/)
  assert.deepEqual(await told([google(client), google(client)]), [
    'auth.social[1].name: There are two providers called google. Give one of them another name.',
  ])
  assert.deepEqual(await told({ providers: [google(client)], appLinks: ['javascript:x'] }), [
    'auth.social.appLinks[0]: javascript:x is no whole address. Write it as example.shop://signed-in.',
  ])
  assert.deepEqual(await told([apple({ clientId: '', teamId: '', keyId: undefined, privateKey: undefined })]), [])
})

test('passkeys whose package is not installed are told before anybody needs it', () => {
  assert.equal(isLibraryThere(), true)
  const missing = () => {
    throw new Error('ERR_MODULE_NOT_FOUND')
  }
  assert.equal(isLibraryThere(missing), false)
})

test('all problems are told at once, and none that only follows from another', async () => {
  const other = collection('notes', { fields: { title: text({ min: 9, max: 3 }) } })
  const options = {
    accounts: [{ collection: people, register: ['nmae'], roles: ['membr'] }],
    session: {},
    managers: ['amin'],
    tenants: { collection: 'firms', roles: ['owner'] },
  }
  const paths = (await problemsOf(options, [teams, other])).map((line) => line.split(': ')[0]!)
  assert.deepEqual(paths.filter((path) => path.startsWith('auth')).sort(), [
    'auth.accounts[0].collection',
    'auth.accounts[0].roles[0]',
    'auth.managers[0]',
    'auth.session',
    'auth.tenants.collection',
    'auth.tenants.roles[0]',
  ])
  assert.deepEqual(
    paths.filter((path) => !path.startsWith('auth')),
    ['collections.notes.fields.title'],
  )
})
