import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { databases } from './databases.ts'
import { freePort } from './free-port.ts'
import { type CommandResult, makeProject, runGalley, startGalley } from './run-galley.ts'
import { isAlive, linesOf, until } from './worker-shop.ts'

const shop = (fields = '') => `
import { collection, defineApp, everyone, integer, role, text } from 'galley'
const teas = collection('teas', {
  fields: { name: text({ unique: true })${fields} },
  rules: { read: everyone(), create: role('staff'), update: role('staff'), delete: role('staff') },
})
export default defineApp({ name: 'Tea shop', roles: { staff: {} }, collections: [teas] })
export const seed = async (db: any) => void (await db.teas.create({ name: 'Sencha' }))
`
/** The program `script` of util-linux makes one. */
const noTerminals = !/util-linux/.test(String(spawnSync('script', ['--version']).stdout)) && 'there is no script here'
const names = async (url: string): Promise<string[]> => {
  const answer = await fetch(`${url}/api/teas?sort=name`)
  return ((await answer.json()) as { data: { name: string }[] }).data.map((tea) => tea.name)
}

for (const { name: database, projectUrl } of databases) {
  test(`galley start makes the database at the first start and keeps it at the second, on ${database}`, async () => {
    const folder = makeProject(shop())
    const variables = { DATABASE_URL: await projectUrl() }
    const first = await startGalley(folder, ['start', '--seed'], variables)
    assert.deepEqual(await names(first.url), ['Sencha'])
    assert.equal(await first.stop(), 0)
    const second = await startGalley(folder, ['start', '--seed'], variables)
    assert.deepEqual(await names(second.url), ['Sencha'])
    assert.equal(await second.stop(), 0)
    assert.equal(readdirSync(folder).includes('data'), database === 'sqlite')
  })
}

test('the data lies beside the package.json of the application, wherever galley is called', async () => {
  const folder = makeProject(shop())
  const server = await startGalley('.', ['start', '--app', join(folder, 'app.ts')])
  assert.match(
    server.output.stderr,
    /galley key create --name me --role staff --app \.galley\/project-\w+\/project\/app\.ts/,
  )
  await server.stop()
  assert.ok(readdirSync(join(folder, 'data')).includes('tea-shop.db'))
})

test('a new database is not seeded unless it is asked for', async () => {
  const server = await startGalley(makeProject(shop()), ['start'])
  assert.deepEqual(await names(server.url), [])
  await server.stop()
})

test('a key that was made before the first start does not keep the seed out', async () => {
  const folder = makeProject(shop())
  assert.equal((await runGalley(folder, ['key', 'create', '--name', 'me'])).exitCode, 0)
  const server = await startGalley(folder, ['start', '--seed'])
  assert.deepEqual(await names(server.url), ['Sencha'])
  await server.stop()
})

test('variables are read from .env, and those that are set win', async () => {
  const folder = makeProject(shop())
  writeFileSync(join(folder, '.env'), 'DATA_DIR=elsewhere\nPORT=1\n')
  const server = await startGalley(folder, ['start'])
  await server.stop()
  assert.ok(readdirSync(join(folder, 'elsewhere')).includes('tea-shop.db'))
})

/** One or more sentences, no stack, exit code 1. */
function assertSentence({ exitCode, stderr }: CommandResult, pattern: RegExp): void {
  assert.match(stderr, pattern)
  assert.doesNotMatch(stderr, /^\s+at |node:internal|Error:/m)
  assert.equal(exitCode, 1)
}

test('a port that is taken is told', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as { port: number }
  const result = await runGalley(makeProject(shop()), ['start', '--port', String(port)])
  assertSentence(result, /^Port \d+ of 127\.0\.0\.1 is taken\. .*\n$/)
  assert.equal(result.stdout, '', 'nothing is logged beside the sentence')
  other.close()
})

test('a port that is none is told by the name under which it was given', async () => {
  const folder = makeProject(shop())
  const flag = await runGalley(folder, ['start', '--port', 'abc'])
  assert.equal(flag.stderr, '--port is abc. It must be a number from 0 to 65535. See galley start --help.\n')
  assert.equal(flag.exitCode, 2)
  assertSentence(await runGalley(folder, ['start'], { PORT: 'abc' }), /^The environment variable PORT is abc\. /)
})

test('a database that cannot be used is told', async () => {
  const folder = makeProject(shop())
  const start = (url: string) => runGalley(folder, ['start'], { DATABASE_URL: url })
  const refused = await start('postgres://galley:hunter2@127.0.0.1:1/shop')
  assertSentence(refused, /^The database cannot be reached\. .*\n {2}127\.0\.0\.1:1: .*ECONNREFUSED/)
  assert.doesNotMatch(refused.stderr, /hunter2/)
  assertSentence(await start('oracle://localhost/shop'), /^DATABASE_URL begins with oracle/)
  writeFileSync(
    join(folder, 'notes.db'),
    'These are notes, not a database, and they are long enough to be looked at twice.'.repeat(20),
  )
  assertSentence(await start('sqlite:notes.db'), /^The database file .*notes\.db is damaged or not a database/)
  assert.match(readFileSync(join(folder, 'notes.db'), 'utf8'), /^These are notes/)
})

test('all problems of a declaration are told at once', async () => {
  const folder = makeProject(shop(`, __proto__x: text(), id: text(), b: integer({ min: 2, max: 1 })`))
  const result = await runGalley(folder, ['start'])
  assertSentence(result, /^The declaration of Tea shop has \d problems:\n/)
  assert.match(result.stderr, /collections\.teas\.fields\.id: /)
  assert.match(result.stderr, /collections\.teas\.fields\.b: /)
})

test('a module that is no application is told', async () => {
  assertSentence(await runGalley(makeProject('export const app = 1'), ['start']), /does not export an application/)
  assertSentence(await runGalley(makeProject('export default {'), ['start']), /could not be loaded: .*app\.ts:1\)\.$/m)
  assertSentence(await runGalley(makeProject(`import './gone.ts'`), ['start']), /could not be loaded/)
  assertSentence(
    await runGalley(makeProject(shop()), ['start', '--app', 'gone.ts']),
    /^There is no application in gone\.ts/,
  )
})

test('a module that cannot be loaded is told with the place of the fault', async () => {
  const places: [source: string, place: RegExp][] = [
    [`\nexport default )`, /app\.ts:2:16\)\.$/m],
    [`import { nothing } from 'galley'`, /nothing.*app\.ts:1:10\)\.$/m],
    [`\n  throw new Error('No tea.')`, /: No tea\. \(at \/.*app\.ts:2:9\)\.$/m],
    [
      `import { defineApp } from 'galley'\ndefineApp({ get name() { return gone } })`,
      /gone is not defined \(at \/.*app\.ts:2:26\)/,
    ],
    [`import './gone.ts'`, /gone\.ts' imported from \S+app\.ts\.$/m],
  ]
  for (const [source, place] of places) assertSentence(await runGalley(makeProject(source), ['start']), place)
})

test('an application with another copy of Galley is told which command to use', async () => {
  const folder = makeProject(shop())
  const copy = join(folder, 'node_modules', 'galley')
  mkdirSync(copy, { recursive: true })
  writeFileSync(
    join(copy, 'package.json'),
    '{ "name": "galley", "type": "module", "exports": { ".": "./index.js", "./package.json": "./package.json" } }',
  )
  writeFileSync(join(copy, 'index.js'), `export * from '${import.meta.resolve('galley')}'`)
  assertSentence(
    await runGalley(folder, ['start']),
    /^The application uses the Galley in .*Run npx galley in the folder/,
  )
})

test('a database that is behind the declarations is not served', async () => {
  const folder = makeProject(shop())
  await (await startGalley(folder, ['start'])).stop()
  writeFileSync(join(folder, 'app.ts'), shop(', stock: integer({ default: 0 })'))
  assertSentence(
    await runGalley(folder, ['start']),
    /^The database is not what the declarations say:[\s\S]*galley migrate plan/,
  )
  const server = await startGalley(folder, ['start', '--migrate'])
  assert.match(server.output.stderr, /The database was changed\.\nChanges:\n.*stock/)
  await server.stop()
})

test('galley dev follows changes: safe ones are made, others shown, broken ones waited out', async () => {
  const folder = makeProject(shop())
  const server = await startGalley(folder, ['dev'], { PORT: String(await freePort()) })
  const change = async (source: string, expected: RegExp) => {
    const from = server.output.stderr.length
    writeFileSync(join(folder, 'app.ts'), source)
    await server.says(expected, from)
    return server.output.stderr.slice(from)
  }
  assert.deepEqual(await names(server.url), ['Sencha'])
  assert.match(
    await change(shop(', stock: integer({ default: 7 })'), /is served at/),
    /app\.ts has changed: starting again\.\nThe database was changed\./,
  )
  assert.match(await (await fetch(`${server.url}/api/teas`)).text(), /"stock":7/)
  await change('export default {', /could not be loaded[\s\S]*Waiting for a file to change\./)
  assert.match(
    await change(shop(), /is served at/),
    /The database is not yet what the declarations say\.[\s\S]*loses data[\s\S]*stock[\s\S]*galley migrate plan/,
  )
  assert.deepEqual(await names(server.url), ['Sencha'])
  assert.equal(await server.stop(), 0)
  await assert.rejects(fetch(server.url))
})

test('HUP does not end a server without workers: its log says how to replace one', async () => {
  const server = await startGalley(makeProject(shop()), ['start'])
  server.process.kill('SIGHUP')
  const told = () => linesOf(server).find(({ msg }) => msg.startsWith('HUP'))
  await until(() => told() !== undefined, 'HUP is told')
  assert.match(JSON.stringify(told()), /"level":"warn".*start with --workers 1/)
  assert.deepEqual(await names(server.url), [])
  assert.equal(await server.stop(), 0)
})

test('a server ends when the terminal it was started in is closed', { skip: noTerminals }, async () => {
  const program = resolve('packages/server/bin/galley.js')
  const words = `echo pid=$$; exec '${process.execPath}' '${program}' start`
  const env = { PATH: process.env.PATH, PORT: '0' }
  const terminal = spawn('script', ['-qfc', words, '/dev/null'], { cwd: makeProject(shop()), env, stdio: 'pipe' })
  let output = ''
  terminal.stdout.on('data', (text) => {
    output += text
  })
  await until(() => output.includes('is served at'), 'it serves')
  const pid = Number(/pid=(\d+)/.exec(output)![1])
  after(() => isAlive(pid) && process.kill(pid, 'SIGKILL'))
  terminal.kill('SIGKILL')
  await until(() => !isAlive(pid), 'it has ended')
})

test('what fails once the server listens ends it, with its reason and exit code 1', async () => {
  const greets =
    "features: [{ name: 'gate', start: () => ({ greet: async () => { throw new Error('The gate is stuck') } }) }]"
  const folder = makeProject(shop().replace('collections: [teas]', `collections: [teas], ${greets}`))
  const { exitCode, stderr } = await runGalley(folder, ['start'], { PORT: '0' })
  assert.match(stderr, /The gate is stuck/)
  assert.equal(exitCode, 1)
})
