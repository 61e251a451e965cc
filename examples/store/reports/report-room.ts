import type { Room } from '../room.ts'
import { abandonedCarts } from './abandoned-carts.ts'
import { bestSellers } from './best-sellers.ts'
import { revenue } from './revenue.ts'

/** What is told about the business, for the application to sum up. */
export const reportRoom: Room = { actions: [revenue, bestSellers, abandonedCarts] }
