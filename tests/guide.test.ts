import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { compileModel } from '../packages/server/src/model/compile-model.ts'
import { createTestApp } from '../packages/server/src/testing/index.ts'
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

test('README.md leads to every page of the guide', () => {
  const readme = readFileSync('README.md', 'utf8')
  const unlinked = readdirSync('docs/guide').filter((page) => !readme.includes(`(docs/guide/${page})`))
  assert.deepEqual(unlinked, [])
})

const typedPages = [
  { page: 'README.md', app: 'examples/store/app.ts' },
  { page: 'examples/store/README.md', app: 'examples/store/app.ts' },
  { page: 'docs/guide/first-app.md', app: undefined },
  { page: 'docs/guide/migrations.md', app: undefined },
  { page: 'docs/guide/indexes.md', app: undefined },
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

test('what lies beside the clone is left alone', async () => {
  const root = mkdtempSync(join(tmpdir(), 'galley-guide-'))
  after(() => rmSync(root, { recursive: true, force: true }))
  for (const folder of ['clone', 'my-app']) mkdirSync(join(root, folder))
  writeFileSync(join(root, 'my-app/app.ts'), 'mine')
  const shell = new GuideShell('app.ts', join(root, 'clone'))
  for (const line of ['cd ../my-app', 'npx galley new ../my-app', 'npx galley new ../other'])
    await assert.rejects(shell.run(line), /leaves its own place/)
  await assert.rejects(save('../my-app/app.ts', 'theirs', shell), /leaves its own place/)
  await assert.rejects(save('app.ts', 'theirs', shell), /leaves its own place/)
  assert.deepEqual(readdirSync(root, { recursive: true }).sort(), ['clone', 'my-app', join('my-app', 'app.ts')])
  assert.equal(readFileSync(join(root, 'my-app/app.ts'), 'utf8'), 'mine')
})

test('a project of the guide stays in the place made for it', async () => {
  const shell = new GuideShell()
  await shell.run('cd ../my-app')
  assert.match(shell.inside('app.ts'), /\.galley.project-[^/\\]+.my-app.app\.ts$/)
  await assert.rejects(shell.run('cd ../../my-app'), /leaves its own place/)
})

for (const page of [
  'declarations',
  'rules',
  'tenants',
  'roles-and-permissions',
  'data-api',
  'caching',
  'sign-in',
  'passwordless',
  'social-sign-in',
]) {
  test(`the declarations in docs/guide/${page}.md compile, and make an application`, async () => {
    const { default: app } = await moduleOf(page)
    assert.ok(compileModel(app).collections.size > 2)
  })
}

test('what docs/guide/data-api.md does with db can be done', async () => {
  const { default: app, read, write, testLending } = await moduleOf('data-api')
  const { system, close } = await createTestApp(app)
  const { id: shelf } = await system.shelves!.create({ name: 'Sea' })
  for (const title of ['A green tea', 'A green teapot']) await system.books!.create({ title, shelf, stock: 2 })
  const { id } = (await system.books!.find()).data[0]!
  await read(system, id)
  await write(system, shelf)
  assert.equal(await system.books!.count(), 2)
  await testLending()
  await close()
})

test('what docs/guide/caching.md says of its answers is so', async () => {
  const { default: app } = await moduleOf('caching')
  const shop = await createTestApp(app)
  after(() => shop.close())
  const staff = shop.as({ id: 'sue', roles: ['staff'] })
  const { id } = (await staff.db.categories!.create({ name: 'Tea' })) as { id: string }
  const statuses = []
  for (let count = 0; count < 2; count += 1)
    statuses.push((await staff.fetch('/api/categories')).headers.get('cache-status'))
  await staff.db.categories!.update(id, { name: 'Teas' })
  statuses.push((await staff.fetch('/api/categories')).headers.get('cache-status'))
  assert.deepEqual(statuses, ['galley; fwd=miss', 'galley; hit', 'galley; fwd=miss'])
  assert.equal((await staff.fetch('/api/orders')).headers.get('cache-status'), null)
})

test('the job of docs/guide/jobs.md is done, and the application has a schedule', async () => {
  const { default: app, testLabel } = await moduleOf('jobs')
  assert.deepEqual(await testLabel(), { failures: [], status: 'packed', labels: 1 })
  const { system, open, close } = await createTestApp(app)
  await open.addJob('reports.count', {})
  await open.deliverNow()
  assert.equal(await system.reports!.count(), 1)
  await close()
})

test('what docs/guide/mail.md sends arrives', async () => {
  const { default: app, testWelcome, verifyEmail } = await moduleOf('mail')
  await testWelcome(app)
  assert.equal(verifyEmail.name, 'auth.verify-email')
})

test('what docs/guide/payments.md pays is paid', async () => {
  const { default: app, testPaying } = await moduleOf('payments')
  await testPaying(app)
})

test('what docs/guide/webhooks.md sends arrives', async () => {
  const { default: app, testWebhooks } = await moduleOf('webhooks')
  await testWebhooks(app)
})

test('what docs/guide/files.md does with pictures can be done', async () => {
  const { default: app, testPictures } = await moduleOf('files')
  const { default: sharp } = await import('sharp')
  const image = await sharp({ create: { width: 300, height: 200, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  assert.deepEqual(await testPictures(app, image), { type: 'image/png', thumb: 'image/webp', gone: 404 })
})

test('what docs/guide/sign-in.md does with accounts can be done', async () => {
  const { default: app, testSignIn } = await moduleOf('sign-in')
  assert.deepEqual(await testSignIn(app), { letters: 1, after: 401 })
})

test('what docs/guide/tokens-and-keys.md does with tokens and keys can be done', async () => {
  const { default: app, testTokens } = await moduleOf('tokens-and-keys')
  assert.deepEqual(await testTokens(app), { accounts: 'customers', ended: 401, byKey: 200 })
})

/** All the TypeScript of a page, compiled as one. */
async function moduleOf(page: string) {
  const source = blocksOf(`docs/guide/${page}.md`).filter(({ language }) => language === 'ts')
  const path = compile(page, source.map(({ text }) => text).join('\n'))
  return import(pathToFileURL(path).href)
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
async function save(file: string, text: string, shell: GuideShell): Promise<void> {
  const { server } = shell
  const path = shell.inside(file)
  if (readOrNothing(path) === `${text}\n`) return
  const from = server?.output.stderr.length
  writeFileSync(path, `${text}\n`)
  if (file.endsWith('.test.ts')) runTest(file, dirname(path))
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
