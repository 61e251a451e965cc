import type { Room } from '../room.ts'
import { exportData } from './export.ts'
import { forgetCustomer } from './forget-customer.ts'
import { readAgain } from './moderation.ts'

/** What is done with customers, for the application to sum up. */
export const customerRoom: Room = {
  actions: [exportData],
  hooks: [forgetCustomer, readAgain],
}
