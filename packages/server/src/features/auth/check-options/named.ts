import { type Model, nearestName, type Problems } from '../../../plugin.ts'

/** Where something is looked at. */
export interface At {
  /** The path: `auth.accounts[0]`. */
  readonly at: string
  readonly model: Model
  readonly problems: Problems
}

/** The texts of a list, with their positions; none where it is no list, which is told elsewhere. */
export function textsIn(list: unknown): readonly (readonly [number, string])[] {
  return Array.isArray(list) ? [...list.entries()].filter(([, item]) => typeof item === 'string') : []
}

/** The name that was probably meant, or all there are. */
export function instead(name: string, known: readonly string[], there: string): string {
  const near = nearestName(name, known)
  if (near !== undefined) return `Did you mean ${near}?`
  return known.length === 0 ? 'There are none.' : `${there}: ${known.join(', ')}.`
}
