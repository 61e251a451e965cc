import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, test } from 'node:test'
import { freePort } from './free-port.ts'
import { makeProject, runGalley, startGalley } from './run-galley.ts'

const shop = `
import { collection, defineApp, email, eq, text } from 'galley'
import { auth } from 'galley/auth'
const people = collection('people', {
  fields: { name: text(), email: email({ unique: true }) },
  rules: { read: ({ row, actor }) => eq(row.id, actor.id) },
})
export default defineApp({
  name: 'shop',
  roles: { staff: {}, admin: { includes: ['staff'] } },
  collections: [people],
  features: [auth({ accounts: [{ collection: people }], firstAdministrator: { role: 'admin' } })],
})
`
const shopWithTokens = shop.replace('auth({', "auth({ jwt: { audience: 'https://api.shop.example' },")
const password = 'violet harbour ninety teapots'

const poster = (url: string) => (path: string, body: object) =>
  fetch(url + path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })

test('an account made by the command line chooses its password by the link, is listed, disabled and enabled', async () => {
  const folder = makeProject(shop)
  const galley = (...args: readonly string[]) => runGalley(folder, args)
  const made = await galley('user', 'create', '--email', 'Ada@example.com', '--role', 'staff', '--field', 'name=Ada')
  assert.equal(made.exitCode, 0, made.stderr)
  assert.match(made.stderr, /^Made the account Ada@example\.com \(staff\)\./)
  assert.match(made.stdout, /^http:\/\/localhost:3000\/auth\/[\w-]+#token=/, 'a whole link')
  assert.match(made.stderr, /It leads to this machine\. .*BASE_URL/)
  const token = made.stdout.trim().split('#token=')[1]!
  assert.match(token, /^[\w-]{43}$/)

  const server = await startGalley(folder, ['start'])
  const post = poster(server.url)
  const signIn = async () =>
    (await post('/api/auth/sign-in', { email: 'ada@example.com', password, transport: 'token' })).status
  assert.equal((await post('/api/auth/password/reset/confirm', { token, password })).status, 204)
  assert.equal(await signIn(), 200)
  const { stdout: list } = await galley('user', 'list')
  assert.match(
    list,
    /^id +e-mail +accounts +roles +factors +last sign-in +state\n\S+ +Ada@example\.com +people +staff +20\S+ +good$/m,
  )
  assert.match((await galley('user', 'disable', 'ada@example.com')).stdout, /^Disabled Ada@example\.com\./)
  assert.equal(await signIn(), 403)
  assert.match((await galley('user', 'list')).stdout, / disabled \d{4}-/)
  assert.match((await galley('user', 'enable', 'ada@example.com')).stdout, /^Enabled/)
  const reset = await galley('user', 'reset-mfa', 'ada@example.com')
  assert.match(reset.stdout, /^Ada@example\.com signs in without a second factor now/)
  assert.equal(await signIn(), 200)
  await server.stop()
})

test('what makes no sense is refused, and says what to do', async () => {
  const folder = makeProject(shop)
  const wrong: readonly [readonly string[], number, RegExp][] = [
    [['create'], 2, /^It needs an --email\./],
    [['create', '--email', 'nobody'], 1, /e-mail/],
    [['create', '--email', 'a@example.com', '--field', 'name'], 2, /^The field name is not one like name=Ada\./],
    [
      ['create', '--email', 'a@example.com', '--field', 'name=A', '--role', 'boss'],
      1,
      /^There is no role boss\. There are: staff, admin\./,
    ],
    [['create', '--email', 'a@example.com', '--role', 'admn'], 1, /^There is no role admn\. Did you mean admin\?/],
    [
      ['create', '--email', 'a@example.com', '--accounts', 'peopel'],
      1,
      /^There are no accounts called peopel\. Did you mean people\?/,
    ],
    [['create', '--email', 'a@example.com'], 1, /name/],
    [['disable', 'nobody@example.com'], 1, /^There is no account nobody@example\.com\./],
  ]
  for (const [args, code, message] of wrong) {
    const { exitCode, stderr } = await runGalley(folder, ['user', ...args])
    assert.equal(exitCode, code, `${args.join(' ')}: ${stderr}`)
    assert.match(stderr, message)
  }
})

test('an address that has an account is told as that', async () => {
  const folder = makeProject(shop)
  const create = (email: string) => runGalley(folder, ['user', 'create', '--email', email, '--field', 'name=Ada'])
  assert.equal((await create('ada@example.com')).exitCode, 0)
  for (const email of ['ada@example.com', 'Ada@example.com']) {
    const { exitCode, stderr } = await create(email)
    assert.equal(exitCode, 1)
    assert.equal(stderr.split('\n', 1)[0], `There is already an account of ${email}. See galley user list.`)
  }
})

test('commands need no address where tokens are given out; a server says that BASE_URL is missing', async () => {
  const folder = makeProject(shopWithTokens)
  const commands = [
    ['key', 'create', '--name', 'me'],
    ['user', 'create', '--email', 'ada@example.com', '--field', 'name=Ada'],
    ['user', 'list'],
    ['user', 'disable', 'ada@example.com'],
  ]
  for (const command of commands) {
    const { exitCode, stderr } = await runGalley(folder, command)
    assert.equal(exitCode, 0, stderr)
  }
  const there = await runGalley(folder, ['user', 'create', '--email', 'bob@example.com', '--field', 'name=Bob'], {
    BASE_URL: 'https://shop.example',
  })
  assert.match(there.stdout, /^https:\/\/shop\.example\/auth\/[\w-]+#/)
  assert.doesNotMatch(there.stderr, /BASE_URL/)
  const { exitCode, stderr } = await runGalley(folder, ['start'])
  assert.equal(exitCode, 1)
  assert.match(stderr, /^Tokens have to say who gives them out\. Set BASE_URL /)
})

test('in development links lead to the address that the server says, whatever its port', async () => {
  const folder = makeProject(shop)
  const other = createServer().listen(0, '::1')
  after(() => void other.close())
  const hasSix = await once(other, 'listening').then(
    () => true,
    () => false,
  )
  const taken = hasSix ? (other.address() as AddressInfo).port : 0
  const cases: readonly (readonly [readonly string[], variables: Readonly<Record<string, string>>, host: string])[] = [
    [['dev'], { PORT: '0' }, 'localhost'],
    [['dev', '--port', String(await freePort())], {}, 'localhost'],
    [['dev'], { HOST: '0.0.0.0' }, 'localhost'],
    [['dev'], { HOST: '127.0.0.2' }, '127.0.0.2'],
    // That name leads to another program there.
    ...(hasSix ? [[['dev'], { PORT: String(taken) }, '127.0.0.1'] as const] : []),
  ]
  for (const [args, variables, host] of cases) {
    const server = await startGalley(folder, args, { BASE_URL: '', ...variables })
    const { origin, hostname } = new URL(server.url)
    assert.equal(hostname, host)
    await server.says('first-administrator#token=')
    assert.equal(/(\S+)\/auth\/first-administrator#/.exec(server.output.stderr)![1], origin)
    assert.equal((await fetch(`${origin}/readyz`)).status, 200)
    await server.stop()
  }
})

test('an application without accounts says so', async () => {
  const folder = makeProject(
    `import { defineApp } from 'galley'\nexport default defineApp({ name: 'a', collections: [] })\n`,
  )
  const { exitCode, stderr } = await runGalley(folder, ['user', 'list'])
  assert.equal(exitCode, 1)
  assert.match(stderr, /^Nobody signs in to this application/)
})

test('the first start prints a link to make the first administrator, once, and no start after that does', async () => {
  const folder = makeProject(shop)
  const first = await startGalley(folder, ['start'])
  const token = /first-administrator#token=([\w-]{43})/.exec(first.output.stderr)?.[1]
  assert.ok(token, first.output.stderr)
  await first.stop()
  const server = await startGalley(folder, ['start'])
  const newer = /first-administrator#token=([\w-]{43})/.exec(server.output.stderr)![1]!
  const post = poster(server.url)
  const make = (given: string, email: string) =>
    post('/api/auth/first-administrator', { token: given, email, password, profile: { name: 'Ada' } })
  assert.equal((await make(token, 'ada@example.com')).status, 400, 'each start takes the links before it back')
  const answers = await Promise.all([1, 2, 3].map((count) => make(newer, `ada${count}@example.com`)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 400, 400])
  await server.stop()
  const { stdout } = await runGalley(folder, ['user', 'list'])
  assert.equal(stdout.match(/ admin /g)?.length, 1)
  const later = await startGalley(folder, ['start'])
  assert.doesNotMatch(later.output.stderr, /first-administrator/)
  await later.stop()
})
