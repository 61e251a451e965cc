import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../tests/free-port.ts'

const mostPackages = 70
const needsOwnNode = 24

/** The path without what npm puts in front: the Node of the machine, however old. */
const machinePath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter)
const servers = new Set<ChildProcess>()
const work = mkdtempSync(join(tmpdir(), 'galley-package-'))

/** Packs what `npm run build` made, installs it into an empty folder, and does there what a new user would do. */
async function tryPackage(): Promise<void> {
  const tarball = pack()
  const home = join(work, 'home')
  installInto(home, tarball)
  refusesOldNode(home)
  const project = makeProject(home)
  checksTypes(project)
  await serves(project)
  say(run(project, 'galley', ['doctor']).trim())
}

function pack(): string {
  run(process.cwd(), 'npm', ['pack', './packages/server/dist', '--pack-destination', work])
  const [tarball = ''] = globSync(join(work, 'galley-*.tgz'))
  say(`packed ${kilobytes(statSync(tarball).size)}`)
  return tarball
}

function installInto(folder: string, tarball: string): void {
  mkdirSync(folder)
  run(folder, 'npm', ['install', tarball])
  const packages = new Set(run(folder, 'npm', ['ls', '--all', '--parseable']).trim().split('\n').slice(1))
  const size = readdirSync(join(folder, 'node_modules'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
  say(`installed ${packages.size} packages, ${kilobytes(size)}`)
  assert.ok(packages.size <= mostPackages, `at most ${mostPackages} packages`)
}

function refusesOldNode(folder: string): void {
  const version = spawnSync('node', ['--version'], { env: environment(machinePath), encoding: 'utf8' }).stdout
  if (Number.parseInt(version.slice(1), 10) >= needsOwnNode) return
  const { status, stderr } = spawnSync('npx', ['galley', '--version'], {
    cwd: folder,
    env: environment(machinePath),
    encoding: 'utf8',
  })
  assert.equal(status, 1)
  assert.match(stderr, /^Galley needs Node 24\.7 or newer; this is [\d.]+\.\n.*: npm install --save-dev node$/m)
  say(`Node ${version.trim()} is told that it is too old`)
}

function makeProject(home: string): string {
  const ownNode = resolve('node_modules/node/bin')
  run(home, 'npx', ['galley', 'new', 'my-app'], [ownNode, machinePath].join(delimiter))
  const project = join(home, 'my-app')
  say(`galley new made ${readdirSync(project).join(', ')}`)
  run(project, 'npm', ['install'])
  return project
}

/** The new project compiles, and a mistake in it does not. */
function checksTypes(project: string): void {
  run(project, 'npm', ['run', 'types'])
  const mistake = join(project, 'mistake.ts')
  const lines = [
    "import type { RecordOf } from 'galley'",
    "import type { notes } from './app.ts'",
    "export const title: number = {} as RecordOf<typeof notes>['title']",
  ]
  writeFileSync(mistake, lines.join('\n'))
  const { stdout } = spawnSync('npm', ['run', 'types'], {
    cwd: project,
    env: environment(machinePath),
    encoding: 'utf8',
  })
  assert.match(stdout, /mistake\.ts.*Type 'string' is not assignable to type 'number'/)
  rmSync(mistake)
  say('types: right ones compile, wrong ones do not')
}

async function serves(project: string): Promise<void> {
  const development = await startServer(project, ['dev'])
  const { request } = development
  assert.deepEqual((await request('GET', '/api/notes', 200)).data, [])
  await request('POST', '/api/topics', 401, { name: 'Tea' })
  const key = run(project, 'galley', ['key', 'create', '--name', 'me', '--role', 'editor']).trim()
  const topic = await request('POST', '/api/topics', 201, { name: 'Tea' }, key)
  await request('POST', '/api/notes', 201, { title: 'Green', topic: topic.id, isPublic: true }, key)
  const { data } = await request('GET', '/api/notes?expand=topic', 200)
  assert.equal(data[0].topic.name, 'Tea')
  assert.match((await request('GET', '/api/openapi.json', 200)).openapi, /^3\.1/)
  await showsDocs(development.url)
  await followsChange(project, request)
  await development.stop()
  assert.ok(keptCompiled(project, 'app.ts'), 'the application is not compiled again at the next start')
  const production = await startServer(project, ['start'])
  assert.equal((await production.request('GET', '/api/notes', 200)).data.length, 1)
  await production.stop()
  say('galley dev and galley start: ready, answering, following a change, keeping the data, stopping')
}

/** Node keeps a compiled module, and the types it stripped of it, in files that hold its source. */
function keptCompiled(project: string, file: string): boolean {
  const kept = join(realpathSync(join(project, 'node_modules/galley')), 'node_modules/.cache')
  const source = readFileSync(join(project, file), 'utf8').split('\n', 1)[0]!
  return globSync('**/*', { cwd: kept, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(source))
}

/** The page of the API docs, and every file it names, come from the package. */
async function showsDocs(url: string): Promise<void> {
  const page = await (await fetch(`${url}/docs`)).text()
  const files = [...page.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path = '']) => new URL(path, `${url}/docs`))
  assert.ok(files.length > 0)
  for (const file of files) {
    assert.equal(file.origin, url, 'no file comes from elsewhere')
    assert.ok((await fetch(file)).ok, file.href)
  }
}

async function followsChange(project: string, request: Request): Promise<void> {
  const file = join(project, 'app.ts')
  const source = readFileSync(file, 'utf8')
  const changed = source
    .replace('import { boolean,', 'import { boolean, integer,')
    .replace('isPublic:', 'rating: integer({ optional: true }),\n    isPublic:')
  writeFileSync(file, changed)
  const deadlineMs = Date.now() + 30_000
  for (;;) {
    const note = await request('GET', '/api/notes', 200).then(
      ({ data }) => data[0],
      () => undefined,
    ) // not while it starts again
    if (note !== undefined && 'rating' in note) return
    assert.ok(Date.now() < deadlineMs, 'the new field appears')
    await sleep(100)
  }
}

type Request = (method: string, path: string, status: number, body?: object, key?: string) => Promise<any> // any: JSON

/** Starts `galley …`, waits until it is ready, and says how long that took. */
async function startServer(project: string, args: readonly string[]) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const startedMs = performance.now()
  const server = spawn('galley', args, {
    cwd: project,
    env: { ...environment(pathOf(project)), PORT: String(port), LOG_LEVEL: 'warn' },
    stdio: 'inherit',
  })
  servers.add(server)
  await ready(url, server)
  say(`galley ${args.join(' ')} is ready after ${Math.round(performance.now() - startedMs)} ms`)
  const request: Request = async (method, path, status, body, key) => {
    const headers = { 'Content-Type': 'application/json', ...(key !== undefined && { Authorization: `Bearer ${key}` }) }
    const answer = await fetch(url + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) })
    const text = await answer.text()
    assert.equal(answer.status, status, `${method} ${path}: ${text}`)
    return JSON.parse(text)
  }
  return { url, request, stop: () => stopServer(server) }
}

async function ready(url: string, server: ChildProcess): Promise<void> {
  const deadlineMs = Date.now() + 60_000
  while (
    !(await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    assert.equal(server.exitCode, null, 'the server runs')
    assert.ok(Date.now() < deadlineMs, 'the server is ready within a minute')
    await sleep(20)
  }
}

async function stopServer(server: ChildProcess): Promise<void> {
  server.kill('SIGINT')
  const [status] = await once(server, 'exit')
  servers.delete(server)
  assert.equal(status, 0, 'a clean end')
}

/** Runs a program to its end and gives what it printed; throws when it fails. */
function run(folder: string, program: string, args: readonly string[], path = pathOf(folder)): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env: environment(path), encoding: 'utf8' })
  assert.equal(status, 0, `${program} ${args.join(' ')} in ${folder}\n${stdout}${stderr}`)
  return stdout
}

/** What npm scripts of the project would find first. */
function pathOf(folder: string): string {
  return [join(folder, 'node_modules/.bin'), machinePath].join(delimiter)
}

/** That of a person's terminal: nothing of the npm that runs this. */
function environment(path: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE_)/.test(name))
  return { ...Object.fromEntries(own), PATH: path }
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1024).toLocaleString('en')} KB`
}

function say(text: string): void {
  console.log(text.replace(/^/gm, '   '))
}

try {
  await tryPackage()
} finally {
  for (const server of servers) server.kill()
  rmSync(work, { recursive: true, force: true })
}
