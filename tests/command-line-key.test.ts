import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeProject, runGalley, startGalley } from './run-galley.ts'

const shop = `
import { collection, defineApp, role, text } from 'galley'
const teas = collection('teas', { fields: { name: text() }, rules: { read: role('staff') } })
export default defineApp({ name: 'shop', roles: { staff: {} }, collections: [teas] })
`

test('a key is shown once, is good for its roles, and is useless once it is revoked', async () => {
  const folder = makeProject(shop)
  const galley = (...args: readonly string[]) => runGalley(folder, args)
  const made = await galley(
    'key',
    'create',
    '--name',
    'reader',
    '--role',
    'staff',
    '--actor',
    'ada',
    '--expires',
    '30d',
  )
  const secret = made.stdout.trim()
  assert.match(secret, /^glk_[\w-]{40,}$/)
  assert.match(made.stderr, /^Made the key reader \(staff\)\. It expires at \d{4}-\d\d-\d\dT[\d:.]+Z\.\n/)
  assert.doesNotMatch(made.stderr, /glk_/)

  const server = await startGalley(folder, ['start'])
  const status = async () =>
    (await fetch(`${server.url}/api/teas`, { headers: { Authorization: `Bearer ${secret}` } })).status
  for (let count = 0; count < 3; count += 1) assert.equal(await status(), 200)

  const { stdout: list } = await galley('key', 'list')
  assert.match(
    list,
    /^key +name +roles +scopes +acts for +last used +state\nglk_[\w-]+… +reader +staff +all +ada +\S+ +good until /,
  )
  assert.ok(!list.includes(secret))

  const prefix = /glk_[\w-]+/.exec(list)![0]
  assert.match((await galley('key', 'revoke', prefix)).stdout, /^Revoked the key reader/)
  assert.equal(await status(), 401)
  assert.match((await galley('key', 'list')).stdout, / revoked \d{4}-/)
  await server.stop()
})

test('a key without an end, a role or a name that makes sense is refused or told', async () => {
  const folder = makeProject(shop)
  const create = async (...args: readonly string[]) => runGalley(folder, ['key', 'create', ...args])
  assert.match((await create('--name', 'a')).stderr, /^Made the key a \(no role\)\. It does not expire\./)
  const narrow = await create('--name', 'b', '--role', 'staff', '--scope', 'teas:read', '--scope', 'teas:update')
  assert.match(narrow.stderr, /^Made the key b \(staff, only teas:read, teas:update\)\./)
  const wrong: readonly [readonly string[], number, RegExp][] = [
    [[], 2, /^It needs a --name\./],
    [['--name', 'a', '--expires', 'soon'], 2, /^The time soon is not one like 12h, 30d or 8w\./],
    [['--name', 'a', '--expires', '0d'], 2, /^The time 0d is not/],
    [['--name', 'a', '--role', 'boss'], 1, /^There is no role boss\. The roles are: staff\./],
    [
      ['--name', 'a', '--scope', 'teas:drink'],
      1,
      /^The scope teas:drink covers nothing\. There is no operation drink of teas\./,
    ],
  ]
  for (const [args, code, message] of wrong) {
    const { exitCode, stderr, stdout } = await create(...args)
    assert.equal(exitCode, code, stderr)
    assert.match(stderr, message)
    assert.equal(stdout, '')
  }
  assert.match((await runGalley(folder, ['key', 'revoke', 'glk_nobody'])).stderr, /^There is no API key glk_nobody\./)
})
