import { type ChildProcess, spawn } from 'node:child_process'
import { globSync, statSync } from 'node:fs'

const everything = ['packages', 'tests', 'examples', 'bench']

/**
 * What `npm test` runs: every test, or `npm test -- packages/server/src/query --test-name-pattern=page`.
 *
 * Arguments are folders, files, patterns of files, and flags of `node --test` (written `--flag=value`).
 */
function runTests(args: readonly string[]): void {
  const flags = args.filter((arg) => arg.startsWith('-'))
  const files = testFiles(args.filter((arg) => !arg.startsWith('-')))
  if (files.length === 0) {
    console.error(`No test file matches ${args.join(' ')}.`)
    process.exit(1)
  }
  const setup = ['--test', '--test-global-setup=tests/global-setup.ts', '--test-concurrency=2', '--test-timeout=120000']
  exitLike(spawn(process.execPath, [...setup, ...flags, ...files], { stdio: 'inherit' }))
}

function testFiles(places: readonly string[]): readonly string[] {
  const patterns = (places.length === 0 ? everything : places).map(patternOf)
  const files = globSync(patterns, { exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path) })
  return [...new Set(files)].sort()
}

function patternOf(place: string): string {
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() === true
  return isFolder ? `${place.replace(/\/+$/, '')}/**/*.test.ts` : place
}

function exitLike(child: ChildProcess): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal !== null) process.removeAllListeners(signal).kill(process.pid, signal)
    process.exitCode = code ?? 1
  })
}

runTests(process.argv.slice(2))
