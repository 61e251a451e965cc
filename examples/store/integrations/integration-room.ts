import { webhooks } from 'galley/webhooks'
import type { Room } from '../room.ts'
import { partnerEvents } from './partner-events.ts'

/** Who else is told of what happens here, for the application to sum up. */
export const integrationRoom: Room = {
  features: [webhooks({ events: partnerEvents, managers: ['admin'] })],
}
