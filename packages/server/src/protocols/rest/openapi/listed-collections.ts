import type { CollectionModel, Model } from '../../../model/model.ts'
import { isForNobody } from '../../../model/rule.ts'

/** The collections whose names are for everyone's eyes: those of which anything is allowed to anybody. */
export function listedCollections(model: Model): readonly CollectionModel[] {
  return [...model.collections.values()].filter(isListed)
}

function isListed({ rules, actions }: CollectionModel): boolean {
  const all = [rules.read, rules.create, rules.update, rules.delete, ...[...actions.values()].map(({ allow }) => allow)]
  return !all.every(isForNobody)
}
