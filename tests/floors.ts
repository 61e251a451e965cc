import { stripTypeScriptTypes } from 'node:module'
import { posix } from 'node:path'

/** Source text by path from the root of the repository (`packages/server/src/base/id.ts`). */
export type SourceTree = ReadonlyMap<string, string>

/** Says, one sentence each, where the tree breaks the floors of ARCHITECTURE.md. Empty when nowhere. */
export function floorViolations(tree: SourceTree): readonly string[] {
  const files = [...tree].filter(([path]) => !isTest(path)).map(([path, source]) => readFile(path, source))
  return [...files.flatMap(violationsOfFile), ...violationsOfAdapters(files), ...valueCycles(files)]
}

/** Height of each folder of `packages/server/src`; imports point down. */
export const floors: Readonly<Record<string, number>> = {
  base: 0,
  ports: 1,
  http: 1,
  model: 1,
  fields: 2,
  query: 2,
  sql: 3,
  schema: 3,
  operations: 4,
  protocols: 5,
  features: 5,
  adapters: 6, // seen from above only: app/ chooses them
  app: 6,
  cli: 6,
  testing: 6,
  'index.ts': 6,
  'plugin.ts': 6,
}

/** Imports between folders of one floor that are meant. Whoever is imported never imports back. */
const sideways: Readonly<Record<string, readonly string[]>> = {
  http: ['ports'],
  model: ['ports'], // a field type says how it rests in the words of ports/database.ts
  schema: ['sql'],
  app: ['adapters'],
  cli: ['app', 'adapters'],
  testing: ['app', 'adapters'],
  'plugin.ts': ['index.ts'], // a feature can do what an application can, and more
}

/** What protocols must not see, whatever its floor: the database is behind operations. */
const hiddenFromProtocols = ['ports/database.ts', 'ports/sql.ts', 'sql/', 'schema/', 'adapters/']
const driverPackages = ['pg', 'mysql2', 'node:sqlite', 'bullmq', 'ioredis', 'nodemailer', 'aws4fetch', 'stripe']

interface SourceFile {
  readonly path: string
  readonly imports: readonly string[]
  readonly valueImports: readonly string[]
}

function isTest(path: string): boolean {
  return /\.(test|types|contract|bench)\.ts$/.test(path)
}

function readFile(path: string, source: string): SourceFile {
  const resolve = (specifier: string) =>
    specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier
  return {
    path,
    imports: importsIn(source).map(resolve),
    valueImports: importsIn(stripTypeScriptTypes(source)).map(resolve),
  }
}

// Comments and texts come first in the pattern, so that an import inside of one is skipped with it.
const importPattern =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|`(?:\\.|[^`\\])*`|\b(?:import|export)\b(?:[\s\w$*{},]*?\bfrom)?\s*\(?\s*(['"])([^'"\n]+)\1|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g

function importsIn(source: string): readonly string[] {
  return [...source.matchAll(importPattern)].flatMap((match) => match[2] ?? [])
}

const root = 'packages/server/src/'

function violationsOfFile(file: SourceFile): readonly string[] {
  if (file.path.startsWith(root)) return file.imports.flatMap((target) => serverViolation(file.path, target) ?? [])
  const home = applicationHome(file.path)
  return home === undefined ? [] : file.imports.flatMap((target) => applicationViolation(file.path, home, target) ?? [])
}

/** The folder of an application that imports Galley as its users do. */
function applicationHome(path: string): string | undefined {
  return /^(?:examples\/[^/]+|packages\/server\/templates\/[^/]+)\//.exec(path)?.[0]
}

/** What the applications here install for themselves, as their package.json says. */
const packagesOfApplications = ['pdfkit', 'fast-check']

function applicationViolation(path: string, home: string, target: string): string | undefined {
  const isOwn = target.startsWith(home)
  const isPublic = /^(galley(\/|$)|node:)/.test(target)
  return isOwn || isPublic || packagesOfApplications.includes(target)
    ? undefined
    : `${path} imports ${target}: an application imports only its own files, 'galley', Node and what it installs itself.`
}

function serverViolation(path: string, target: string): string | undefined {
  if (target.startsWith(root)) return floorViolation(path.slice(root.length), target.slice(root.length))
  if (path.startsWith(`${root}testing/`) && target.startsWith('tests/')) return undefined // suites of ours; the build takes what index.ts reaches
  if (target.startsWith('packages/') || target.startsWith('..') || /^(tests|examples|scripts|bench)\//.test(target))
    return `${path} imports ${target}: nothing outside of ${root} is published.`
  if (/^galley(\/|$)/.test(target)) return `${path} imports '${target}': inside of the package, import the file itself.`
  return packageViolation(path.slice(root.length), target)
}

function packageViolation(path: string, name: string): string | undefined {
  if (driverPackages.includes(name) && areaOf(path) !== 'adapters')
    return `${path} imports ${name}: only adapters know a driver.`
  return undefined
}

function floorViolation(path: string, target: string): string | undefined {
  const from = areaOf(path)
  const to = areaOf(target)
  for (const area of [from, to]) {
    if (floors[area] === undefined)
      return `${path}: the folder ${area} has no floor. Add it to the table in tests/floors.ts.`
  }
  if (from === 'adapters') return adapterViolation(path, target)
  if (from === 'features') return featureViolation(path, target)
  if (from === 'protocols' && hiddenFromProtocols.some((hidden) => target.startsWith(hidden)))
    return `${path} imports ${target}: protocols cannot see the database, they call operations.`
  if (from === 'cli' && target === 'ports/sql.ts')
    return `${path} imports ${target}: commands call operations; what stands below them writes SQL.`
  if (from === to) return undefined
  if (floors[to]! < floors[from]! || sideways[from]?.includes(to) === true) return undefined
  const direction = floors[to] === floors[from] ? 'sideways' : 'up'
  return `${path} imports ${target}: that points ${direction} (${from} is on floor ${floors[from]}, ${to} on ${floors[to]}).`
}

function areaOf(path: string): string {
  return path.split('/', 1)[0]!
}

function featureViolation(path: string, target: string): string | undefined {
  const home = path.split('/').slice(0, 2).join('/')
  if (target === 'plugin.ts' || target === path || target.startsWith(`${home}/`)) return undefined
  return `${path} imports ${target}: a feature imports only plugin.ts, like a plugin of somebody else.`
}

/** `adapters/database/sqlite/…` may see `base/`, `ports/`, its own folder and what lies beside it in `adapters/database/`. */
function adapterViolation(path: string, target: string): string | undefined {
  const [, kind, name] = path.split('/')
  const isShared = new RegExp(`^adapters/${kind}/[^/]+\\.ts$`).test(target)
  if (isShared || ['base/', 'ports/', `adapters/${kind}/${name}/`].some((start) => target.startsWith(start)))
    return undefined
  return `${path} imports ${target}: an adapter imports only base/, ports/ and its own vendor's library.`
}

/** Each adapter speaks to one vendor. */
function violationsOfAdapters(files: readonly SourceFile[]): readonly string[] {
  const vendors = new Map<string, Set<string>>()
  for (const { path, valueImports } of files) {
    const home = /^packages\/server\/src\/(adapters\/[^/]+\/[^/]+)\//.exec(path)?.[1]
    if (home === undefined) continue
    const packages = vendors.getOrInsertComputed(home, () => new Set())
    for (const name of valueImports) if (isVendor(name)) packages.add(vendorOf(packageName(name)))
  }
  return [...vendors]
    .filter(([, packages]) => packages.size > 1)
    .map(([home, packages]) => `${home} imports ${[...packages].join(' and ')}: an adapter has one vendor.`)
}

function isVendor(name: string): boolean {
  return !name.startsWith('packages/') && !name.startsWith('node:')
}

/** BullMQ leaves it to whoever uses it to bring a client of Redis. */
function vendorOf(name: string): string {
  return name === 'ioredis' ? 'bullmq' : name
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** Follows value imports from every file; a file met again on its own path closes a cycle. */
function valueCycles(files: readonly SourceFile[]): readonly string[] {
  const importsOf = new Map(files.map((file) => [file.path, file.valueImports]))
  const isDone = new Set<string>()
  const sentences: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) sentences.push(cycleSentence(trail.slice(start)))
    if (start >= 0 || isDone.has(path)) return
    for (const target of importsOf.get(path) ?? []) visit(target, [...trail, path])
    isDone.add(path)
  }
  for (const path of importsOf.keys()) visit(path, [])
  return sentences
}

function cycleSentence(cycle: readonly string[]): string {
  return `These files import each other in a circle: ${[...cycle, cycle[0]].join(' → ')}.`
}
