import assert from 'node:assert/strict'
import { test } from 'node:test'
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
const password = 'violet harbour ninety teapots'

const poster = (url: string) => (path: string, body: object) =>
  fetch(url + path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })

test('an account made by the command line chooses its password by the link, is listed, disabled and enabled', async () => {
  const folder = makeProject(shop)
  const galley = (...args: readonly string[]) => runGalley(folder, args)
  const made = await galley('user', 'create', '--email', 'Ada@example.com', '--role', 'staff', '--field', 'name=Ada')
  assert.equal(made.exitCode, 0, made.stderr)
  assert.match(made.stderr, /^Made the account Ada@example\.com \(staff\)\./)
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
    [['create', '--email', 'a@example.com'], 1, /name/],
    [['disable', 'nobody@example.com'], 1, /^There is no account nobody@example\.com\./],
  ]
  for (const [args, code, message] of wrong) {
    const { exitCode, stderr } = await runGalley(folder, ['user', ...args])
    assert.equal(exitCode, code, `${args.join(' ')}: ${stderr}`)
    assert.match(stderr, message)
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
