import { onlyAdded } from '../only-added.ts'
import type { Room } from '../room.ts'
import { openShelves } from './open-shelves.ts'
import { releaseExpired } from './release-expired.ts'
import { adjust, receive, transfer } from './stock-actions.ts'

/** What is done with stock, for the application to sum up. */
export const stockRoom: Room = {
  actions: [receive, adjust, transfer],
  jobs: [releaseExpired],
  hooks: [openShelves, onlyAdded('stock-movements')],
}
