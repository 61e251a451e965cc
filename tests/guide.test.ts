import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { compileModel } from '../packages/server/src/model/compile-model.ts'
import { commandLinePage, commandLinePagePath } from '../scripts/command-line-page.ts'
import { GuideShell } from './guide-shell.ts'

test('docs/guide/command-line.md is the help of the commands', async () => {
  const isCurrent = readFileSync(commandLinePagePath, 'utf8') === (await commandLinePage())
  assert.ok(isCurrent, 'write it again: node scripts/command-line-page.ts')
})

test('the first application of the guide is the one that galley new makes', () => {
  const [first] = blocksOf('docs/guide/first-app.md').filter(({ file }) => file === 'app.ts')
  assert.equal(first!.text, readFileSync('packages/server/templates/app/app.ts', 'utf8').trimEnd())
})

const typedPages = [
  { page: 'README.md', app: 'examples/store/app.ts' },
  { page: 'examples/store/README.md', app: 'examples/store/app.ts' },
  { page: 'docs/guide/first-app.md', app: undefined },
  { page: 'docs/guide/migrations.md', app: undefined },
]
for (const { page, app } of typedPages) {
  test(`what ${page} tells to type does what it says`, async () => {
    const shell = new GuideShell(app)
    for (const block of blocksOf(page)) await follow(block, shell)
    const refused = shell.statuses.filter((status) => status >= 300)
    assert.deepEqual(refused, page.endsWith('first-app.md') ? [400] : []) // one mistake on purpose
    await shell.stop()
  })
}

for (const page of ['declarations', 'rules']) {
  test(`the declarations in docs/guide/${page}.md compile, and make an application`, async () => {
    const source = blocksOf(`docs/guide/${page}.md`).filter(({ language }) => language === 'ts')
    const path = compile(page, source.map(({ text }) => text).join('\n'))
    const { default: app } = await import(pathToFileURL(path).href)
    assert.ok(compileModel(app).collections.size > 2)
  })
}

const tsc = resolve('node_modules/typescript/bin/tsc')

test('the glimpse in README.md compiles', () => {
  const [glimpse] = blocksOf('README.md').filter(({ language }) => language === 'ts')
  const names = 'choice, collection, eq, integer, or, reference, role, text'
  compile('readme', `import { ${names} } from 'galley'\n${glimpse!.text}`)
})

/** Compiles the text of a page, and gives the file. */
function compile(page: string, source: string): string {
  const folder = `.galley/guide-${page}`
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'page.ts'), source)
  writeFileSync(
    join(folder, 'tsconfig.json'),
    '{ "extends": "../../tsconfig.json", "include": ["page.ts"], "exclude": [] }',
  )
  const flags = ['-p', folder, '--noUnusedLocals', 'false', '--noUnusedParameters', 'false']
  execFileSync(process.execPath, [tsc, ...flags], { stdio: 'inherit' })
  return join(folder, 'page.ts')
}

interface Block {
  readonly language: string
  /** Named after the language: the file to save it as. */
  readonly file: string | undefined
  readonly text: string
}

function blocksOf(page: string): readonly Block[] {
  const fences = readFileSync(page, 'utf8').matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)\n```$/gm)
  return [...fences].map(([, language = '', file, text = '']) => ({ language, file, text }))
}

async function follow({ language, file, text }: Block, shell: GuideShell): Promise<void> {
  if (file !== undefined) await save(file, text, shell)
  else if (language === 'ts')
    return // a glimpse
  else if (language === 'sh') await shell.run(text)
  else if (language === 'json') assertLike(JSON.parse(shell.output), JSON.parse(text))
  else assertText(shell.output, text)
}

/** Where the application is being served, a change is waited for. */
async function save(file: string, text: string, { folder, server }: GuideShell): Promise<void> {
  const path = join(folder, file)
  if (readOrNothing(path) === `${text}\n`) return
  const from = server?.output.stderr.length
  writeFileSync(path, `${text}\n`)
  if (file.endsWith('.test.ts')) runTest(file, folder)
  else if (server?.isDevelopment === true) await server.says('is served at', from)
}

/** As from a terminal: what marks a process as part of a test run is taken away. It compiles, too. */
function runTest(file: string, folder: string): void {
  const options = { cwd: folder, env: { PATH: process.env.PATH } }
  assert.match(
    execFileSync(process.execPath, ['--test', '--test-reporter=tap', file], options).toString(),
    /^# pass 1$/m,
  )
  cpSync('packages/server/templates/app/tsconfig.json', join(folder, 'tsconfig.json'))
  execFileSync(process.execPath, [tsc], { ...options, stdio: 'inherit' })
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Equal, where `"…"` stands for anything. */
function assertLike(actual: unknown, expected: unknown): void {
  if (expected === '…') assert.notEqual(actual, undefined)
  else if (typeof expected === 'object' && expected !== null) assertMembersLike(actual as Members, expected as Members)
  else assert.equal(actual, expected)
}

type Members = Readonly<Record<string, unknown>>

function assertMembersLike(actual: Members, expected: Members): void {
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort())
  for (const [key, value] of Object.entries(expected)) assertLike(actual[key], value)
}

/** The lines are there in this order, where `…` stands for anything. */
function assertText(actual: string, expected: string): void {
  const pattern = expected
    .split('\n')
    .map((line) => line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.*'))
    .join('[\\s\\S]*')
  assert.match(actual, new RegExp(pattern))
}
