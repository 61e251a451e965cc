import { type Hook, hook } from 'galley'
import { storeErrors } from './errors.ts'

/** Records of the collection, whose fields are all immutable, are not deleted either: not even by the shop's own code. */
export function onlyAdded(collection: string): Hook {
  return hook(collection, 'beforeDelete', () => {
    throw storeErrors.only_added()
  })
}
