import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { runGalley } from './run-galley.ts'

const folder = mkdtempSync(join(tmpdir(), 'galley-cli-'))
after(() => rmSync(folder, { recursive: true }))

const galley = (...args: readonly string[]) => runGalley(folder, args)

test('galley without a command lists the commands, and each of them has a help', async () => {
  const { stdout, exitCode } = await galley()
  assert.equal(exitCode, 0)
  const names = [...stdout.matchAll(/^ {2}(\w+(?: \w+)?) {2}/gm)].map((match) => match[1]!)
  assert.ok(names.length > 0)
  const helps = await Promise.all(names.map((name) => galley(...name.split(' '), '--help')))
  for (const [position, help] of helps.entries()) {
    assert.equal(help.exitCode, 0)
    assert.match(help.stdout, new RegExp(`Usage: galley ${names[position]}`))
  }
})

test('galley --version tells the version of the package', async () => {
  const { version } = JSON.parse(readFileSync('packages/server/package.json', 'utf8'))
  assert.equal((await galley('--version')).stdout, `${version}\n`)
})

test('a command line that is wrong ends with one line, exit code 2 and no stack', async () => {
  for (const args of [['nothing'], ['new', 'a', '--froce'], ['new'], ['new', 'a', 'b']]) {
    const { exitCode, stdout, stderr } = await galley(...args)
    assert.equal(exitCode, 2, args.join(' '))
    assert.equal(stdout, '')
    assert.match(stderr, /^[A-Z][^\n]+ See galley [\w ]*--help\.\n$/)
  }
})

test('what was probably meant by a word that does not exist is told', async () => {
  for (const [told, ...args] of [
    ['There is no option --worker. Did you mean --workers?', 'start', '--worker', '2'],
    ['There is no option --sort.', 'new', 'a', '--sort'],
    ['There is no command strat. Did you mean start?', 'strat'],
    ['There is no command migrat. Did you mean migrate?', 'migrat', 'plan'],
    ['There is no key craete: create, list, revoke.', 'key', 'craete'],
    ['There is no command cook.', 'cook'],
  ] as const) {
    const { stderr } = await galley(...args)
    assert.equal(stderr.slice(0, stderr.indexOf(' See galley')), told)
  }
})

test('an option without its value tells what it takes', async () => {
  const workers = await galley('start', '--workers', '-1')
  assert.match(workers.stderr, /^The option --workers needs a value: auto, or a whole number from 1 to 256\. See/)
  assert.match(
    (await galley('start', '--port')).stderr,
    /^The option --port needs a value: a number from 0 to 65535\. See/,
  )
})

test('galley new makes a project that depends on the Galley that made it', async () => {
  const { exitCode, stdout } = await galley('new', 'corner-shop')
  assert.equal(exitCode, 0)
  assert.match(stdout, /cd corner-shop\n {2}npm install\n {2}npm run dev/)
  const project = join(folder, 'corner-shop')
  assert.deepEqual(readdirSync(project).sort(), ['.gitignore', 'README.md', 'app.ts', 'package.json', 'tsconfig.json'])
  const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
  assert.equal(manifest.name, 'corner-shop')
  assert.equal(resolve(project, manifest.dependencies.galley.replace('file:', '')), resolve('packages/server'))
  assert.match(readFileSync(join(project, 'app.ts'), 'utf8'), /name: 'corner-shop'/)
})

test('galley new leaves a folder with files in it alone', async () => {
  mkdirSync(join(folder, 'taken'))
  writeFileSync(join(folder, 'taken', 'app.ts'), 'mine')
  const { exitCode, stderr } = await galley('new', 'taken')
  assert.equal(exitCode, 1)
  assert.match(stderr, /^The folder .*taken exists and is not empty\. Choose another name\.\n$/)
  assert.deepEqual(readdirSync(join(folder, 'taken')), ['app.ts'])
  assert.equal(readFileSync(join(folder, 'taken', 'app.ts'), 'utf8'), 'mine')
})

test('galley new refuses a name that cannot be the name of a package', async () => {
  const { exitCode, stderr } = await galley('new', 'My App')
  assert.equal(exitCode, 1)
  assert.equal(
    stderr,
    'The name My App cannot be the name of a package. Use lower-case letters, digits and hyphens, such as my-app.\n',
  )
})
