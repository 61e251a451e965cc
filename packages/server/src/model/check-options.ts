import { isObject } from '../base/is-object.ts'
import { nearestName } from '../base/nearest-name.ts'
import type { Problems } from './problems.ts'

/** Reports options that do not exist: whoever wrote one meant something by it. What is no object has none. */
export function checkOptions(given: unknown, known: readonly string[], path: string, problems: Problems): void {
  if (!isObject(given)) return
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) problems.add(`${path}.${name}`, noSuchOption(name, known))
  }
}

/** Names the option that was probably meant, or all there are. */
export function noSuchOption(name: string, known: readonly string[]): string {
  const near = nearestName(name, known)
  const instead = near === undefined ? `The options are: ${known.join(', ')}.` : `Did you mean ${near}?`
  return `There is no such option. ${instead}`
}
