import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeProject, startGalley } from './run-galley.ts'

const app = `
import { collection, defineApp, everyone, text } from 'galley'
const teas = collection('teas', { fields: { name: text() }, rules: { read: everyone() } })
export default defineApp({ name: 'Tea shop', collections: [teas] })
`

/** What has no part in serving an application whose database is as the model says; see docs/decisions/what-a-start-loads.md. */
const notNeeded: Readonly<Record<string, RegExp>> = {
  'readers of CSV': /node_modules\/csv-parse\/|\/app\/import\//,
  'a driver of another database': /node_modules\/pg\/|\/adapters\/database\/postgres\//,
  'what sends mail': /node_modules\/nodemailer\/|\/adapters\/mailer\//,
  'a framework of HTTP': /node_modules\/(fastify|ajv|avvio)\//,
  'a builder of SQL': /node_modules\/kysely\//,
  'the writer of the OpenAPI document': /\/openapi-from-model\./,
  'the planner of migrations': /\/schema\/(plan|plan-tables|diff-tables|migrate|bring-up-to-date)\./,
  'other commands': /\/cli\/(dev|doctor|import|key|migrate|new)\./,
  'what is for development': /node_modules\/(pino-pretty|typescript)\/|\/src\/testing\//,
  'the HTTP client of Node': /internal\/deps\/undici/,
}

test('a start loads nothing that serving does not need', async () => {
  const folder = makeProject(app)
  await modulesOfStart(folder) // makes the database
  const modules = await modulesOfStart(folder)
  assert.ok(
    ['/http/http-server.', '/find-my-way/index.js'].every((part) => modules.some((name) => name.includes(part))),
    'the list is one',
  )
  for (const [what, pattern] of Object.entries(notNeeded))
    assert.deepEqual(
      modules.filter((name) => pattern.test(name)),
      [],
      what,
    )
})

test('signing in loads what it takes when somebody signs in', async () => {
  const folder = makeProject(appWithPeople)
  await modulesOfStart(folder)
  const modules = await modulesOfStart(folder)
  assert.ok(
    modules.some((name) => name.includes('/features/auth/')),
    'there is sign-in',
  )
  for (const [what, pattern] of Object.entries({ ...notNeeded, ...notNeededByPeople }))
    assert.deepEqual(
      modules.filter((name) => pattern.test(name)),
      [],
      what,
    )
})

const appWithPeople = `
import { collection, defineApp, email } from 'galley'
import { auth } from 'galley/auth'
const people = collection('people', { fields: { email: email({ unique: true }) } })
export default defineApp({
  name: 'Tea shop',
  collections: [people],
  features: [auth({ accounts: [{ collection: people, register: [] }] })],
})
`

const notNeededByPeople: Readonly<Record<string, RegExp>> = {
  'the estimate of strength': /node_modules\/@zxcvbn-ts\//,
  'codes of authenticators': /node_modules\/(otpauth|uqr)\//,
  'tokens and keys': /node_modules\/jose\//,
  'other providers': /node_modules\/(openid-client|oauth4webapi)\//,
  passkeys: /node_modules\/@simplewebauthn\//,
}

test('types are stripped at the first start only', async () => {
  const folder = makeProject(app)
  const stripper = (name: string) => name.includes('internal/deps/amaro')
  assert.ok((await modulesOfStart(folder)).some(stripper), 'the first start strips the types of the application')
  assert.ok(!(await modulesOfStart(folder)).some(stripper), 'the second does not')
})

/** Starts and stops galley, and tells all modules that it loaded, those of Node included. */
async function modulesOfStart(folder: string): Promise<readonly string[]> {
  const server = await startGalley(folder, ['start'], { NODE_OPTIONS: preloading(listModules) })
  assert.equal(await server.stop(), 0)
  return JSON.parse(readFileSync(join(folder, 'modules.json'), 'utf8'))
}

function preloading(program: string): string {
  return `--import data:text/javascript,${encodeURIComponent(program)}`
}

const listModules = `
import { registerHooks } from 'node:module'
import { writeFileSync } from 'node:fs'
const modules = []
registerHooks({ load: (url, context, next) => (modules.push(url), next(url, context)) })
process.on('exit', () => writeFileSync('modules.json', JSON.stringify([...modules, ...process.moduleLoadList])))
`
