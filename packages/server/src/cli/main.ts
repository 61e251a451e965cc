import { GalleyError } from '../base/error.ts'
import { nearestName } from '../base/nearest-name.ts'
import { columns, didYouMean, usageError } from './command.ts'
import { commands } from './commands.ts'
import { loadEnvironmentFile } from './environment-file.ts'
import { cliErrors } from './errors.ts'
import { explainError } from './explain-error.ts'
import { installedVersion } from './installed-package.ts'

/** Runs one command line. Ends with exit code 0, 1 (it failed) or 2 (it was called wrongly), and says why in one sentence. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    loadEnvironmentFile()
    await dispatch(args)
  } catch (error) {
    process.exitCode = exitCodeOf(error)
    console.error(explainError(error))
  }
}

async function dispatch(args: readonly string[]): Promise<void> {
  const [first = '--help', second] = args
  if (first === '--version' || first === '-v') return console.log(installedVersion())
  if (isHelp(first) || first === 'help') return console.log(await overview([...commands.keys()]))
  const name = [first, `${first} ${second}`].find((words) => commands.has(words))
  if (name === undefined) return runGroup(first, second)
  const command = await commands.get(name)!()
  return command.run(args.slice(name.split(' ').length))
}

/** `galley key` is not a command, but `galley key create` is. */
async function runGroup(group: string, second: string | undefined): Promise<void> {
  const members = [...commands.keys()].filter((name) => name.startsWith(`${group} `))
  if (members.length === 0) throw usageError('', `There is no command ${group}.${didYouMean(nearestCommand(group))}`)
  if (isHelp(second)) return console.log(await overview(members))
  const words = members.map((name) => name.slice(group.length + 1)).join(', ')
  const problem = second === undefined ? `${group} needs one more word` : `There is no ${group} ${second}`
  throw usageError(group, `${problem}: ${words}.`)
}

/** Of a command of two words, the first. */
function nearestCommand(word: string): string | undefined {
  return nearestName(word, new Set([...commands.keys()].map((name) => name.split(' ')[0]!)))
}

function isHelp(word: string | undefined): boolean {
  return word === '--help' || word === '-h'
}

async function overview(names: readonly string[]): Promise<string> {
  const shown = await Promise.all(names.map((name) => commands.get(name)!()))
  return [
    'Usage: galley <command> [options]',
    '',
    ...columns(shown.map((command) => [command.name, command.summary])),
    '',
    'galley <command> --help tells more; galley --version tells which Galley this is.',
  ].join('\n')
}

function exitCodeOf(error: unknown): number {
  return error instanceof GalleyError && error.code === cliErrors.usage.code ? 2 : 1
}
