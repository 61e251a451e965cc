import { availableParallelism } from 'node:os'
import { usageError } from '../command.ts'
import { cliErrors } from '../errors.ts'

const most = 256
export const wantedWorkers = `auto, or a whole number from 1 to ${most}`

/**
 * How many processes are to serve; undefined: this one alone, without others to watch over. Empty counts as not given.
 *
 * @throws cli_usage, cli_bad_environment
 */
export function workerCount(option = '', variable = process.env.WORKERS ?? ''): number | undefined {
  if (option !== '') {
    return countFrom(option) ?? fail(usageError('start', `--workers is ${option}. It must be ${wantedWorkers}.`))
  }
  if (variable === '') return undefined
  const details = { name: 'WORKERS', value: variable, wanted: wantedWorkers }
  return countFrom(variable) ?? fail(cliErrors.bad_environment({ details }))
}

function countFrom(text: string): number | undefined {
  if (text === 'auto') return availableParallelism()
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0
  return count >= 1 && count <= most ? count : undefined
}

function fail(error: Error): never {
  throw error
}
