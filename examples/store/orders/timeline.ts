import { type CreateInput, choice, collection, json, reference, text } from 'galley'
import type { StoreEffects } from '../effects.ts'
import { buyerOfOrderOrStaff } from '../who.ts'
import type { Mover } from './move-order.ts'
import { orderStatuses } from './orders.ts'

// Only added to: see only-added.ts.
export const orderEvents = collection('order-events', {
  description: 'What has happened to an order, and who did it.',
  fields: {
    order: reference('orders', { immutable: true }),
    kind: choice(
      [...orderStatuses, 'paymentFailed', 'returnRequested', 'returnReceived', 'returnRejected', 'refunded'],
      { immutable: true },
    ),
    by: choice(['customer', 'staff', 'system'], { immutable: true }),
    actor: text({ max: 64, optional: true, immutable: true, description: 'The id of who did it.' }),
    details: json({ optional: true, immutable: true }),
  },
  rules: { read: buyerOfOrderOrStaff },
  indexes: [['order']],
})

type Kind = CreateInput<typeof orderEvents>['kind']

export interface Note {
  readonly order: string
  readonly kind: Kind
  readonly by: Mover
  readonly details?: CreateInput<typeof orderEvents>['details']
}

export async function note({ order, kind, by, details }: Note, { db }: StoreEffects): Promise<void> {
  await db['order-events'].create({ order, kind, by: by.kind, actor: by.id, ...(details && { details }) })
}
