import { GalleyError } from '../base/error.ts'
import { type Command, columns, usageError } from './command.ts'
import { cliErrors } from './errors.ts'
import { explainError } from './explain-error.ts'
import { installedVersion } from './installed-package.ts'
import { newCommand } from './new.ts'

const commands: readonly Command[] = [newCommand]

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

/** Variables of `.env` in the current folder; those that are set already win. */
function loadEnvironmentFile(): void {
  try {
    process.loadEnvFile('.env')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

async function dispatch(args: readonly string[]): Promise<void> {
  const [first = '--help', second] = args
  if (first === '--version' || first === '-v') return console.log(installedVersion())
  if (first === '--help' || first === '-h' || first === 'help') return console.log(overview(commands))
  const command =
    commands.find(({ name }) => name === first) ?? commands.find(({ name }) => name === `${first} ${second}`)
  if (command !== undefined) return command.run(args.slice(command.name.split(' ').length))
  runGroup(first, second)
}

/** `galley key` is not a command, but `galley key create` is. */
function runGroup(group: string, second: string | undefined): void {
  const members = commands.filter(({ name }) => name.startsWith(`${group} `))
  if (members.length === 0) throw usageError('', `There is no command ${group}.`)
  if (second !== '--help' && second !== '-h') throw groupError(group, second, members)
  console.log(overview(members))
}

function groupError(group: string, second: string | undefined, members: readonly Command[]) {
  const words = members.map(({ name }) => name.slice(group.length + 1)).join(', ')
  const problem = second === undefined ? `${group} needs one more word` : `There is no ${group} ${second}`
  return usageError(group, `${problem}: ${words}.`)
}

function overview(shown: readonly Command[]): string {
  const rows = shown.map((command) => [command.name, command.summary] as const)
  return [
    'Usage: galley <command> [options]',
    '',
    ...columns(rows),
    '',
    'galley <command> --help tells more; galley --version tells which Galley this is.',
  ].join('\n')
}

function exitCodeOf(error: unknown): number {
  return error instanceof GalleyError && error.code === cliErrors.usage.code ? 2 : 1
}
