import type { Issue } from '../base/error.ts'
import type { Feature } from './feature.ts'
import type { Model } from './model.ts'
import { collectProblems } from './problems.ts'

/** Adds to the problems what the features find wrong with their options, and takes away what only follows from that. */
export function checkFeatures(model: Model, known: readonly Issue[]): readonly Issue[] {
  return model.features.reduce((problems, feature) => {
    const found = collectProblems()
    feature.check?.(model, found)
    return found.all.length === 0 ? problems : [...problems.filter(isNotOf(feature)), ...found.all]
  }, known)
}

function isNotOf({ collections = [], actions = [], hooks = [] }: Feature): (issue: Issue) => boolean {
  const own = [
    ...collections.map(({ name }) => `collections.${name}`),
    ...actions.map(({ collection, name }) => `actions.${collection}.${name}`),
    ...hooks.map(({ collection, moment }) => `hooks.${collection}.${moment}`),
  ]
  return ({ pointer }) => !own.some((path) => pointer === path || pointer.startsWith(`${path}.`))
}
