import { onlyAdded } from '../only-added.ts'
import { openShelves } from './open-shelves.ts'
import { releaseExpired } from './release-expired.ts'
import { adjust, receive, transfer } from './stock-actions.ts'

/** What is done with stock, for the application to sum up. */
export const stockRoom = {
  actions: [receive, adjust, transfer],
  jobs: [releaseExpired],
  hooks: [openShelves, onlyAdded('stock-movements')],
}
