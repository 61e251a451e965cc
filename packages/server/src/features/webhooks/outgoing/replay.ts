import { type Action, action, asSystem, type Rule, type SystemEffects } from '../../../plugin.ts'
import { addSending } from './add-sending.ts'
import { addDelivery, wants } from './fan-out.ts'
import { pingEvent } from './kit.ts'
import { type Delivery, deliveriesName, type Endpoint, outgoingOf } from './tables.ts'

/** `POST /api/webhook-deliveries/{id}/replay` */
export function deliveryActions(mayManage: Rule): readonly Action[] {
  return [
    action(deliveriesName, 'replay', {
      description: 'Sends an event once more, as if it had never been tried.',
      allow: mayManage,
      output: deliveriesName,
      async run({ record, db, jobs, events, now }) {
        const delivery = record as unknown as Delivery
        await replay(delivery, { db: asSystem(db), jobs, events, now })
        return delivery.id
      },
    }),
  ]
}

export interface EventRange {
  readonly from: string
  readonly until: string
  readonly withDelivered: boolean
  /** The id of an event. */
  readonly after: string | null
}

const pageSize = 500

/** Sends a page of events once more. What was sent under another filter is left alone. */
export async function replayRange(
  endpoint: Endpoint,
  { from, until, withDelivered, after }: EventRange,
  effects: SystemEffects,
): Promise<{ readonly replayed: number; readonly next: string | null }> {
  const db = outgoingOf(effects.db)
  const { data: events } = await db['webhook-events'].find({
    where: {
      createdAt: { gte: from, lte: until },
      type: { ne: pingEvent },
      ...(after !== null && { id: { gt: after } }),
    },
    sort: 'id',
    limit: pageSize,
  })
  const wanted = events.filter(({ type, data }) => wants(endpoint, type, data))
  const known = await deliveriesOf(endpoint, wanted, effects)
  let replayed = 0
  for (const event of wanted) {
    const delivery = known.get(event.id)
    if (delivery?.state === 'pending' || (delivery?.state === 'delivered' && !withDelivered)) continue
    if (delivery === undefined) await addDelivery(endpoint, event, effects)
    else await replay(delivery, effects)
    replayed += 1
  }
  return { replayed, next: events.length < pageSize ? null : events.at(-1)!.id }
}

async function deliveriesOf(
  endpoint: Endpoint,
  events: readonly { readonly id: string }[],
  { db }: SystemEffects,
): Promise<ReadonlyMap<string, Delivery>> {
  if (events.length === 0) return new Map()
  const where = { endpoint: endpoint.id, event: { in: events.map(({ id }) => id) } }
  const { data } = await outgoingOf(db)[deliveriesName].find({ where, limit: pageSize })
  return new Map(data.map((delivery) => [delivery.event, delivery]))
}

async function replay({ id, endpoint }: Delivery, effects: SystemEffects): Promise<void> {
  const anew = { state: 'pending', attemptCount: 0, nextAttemptAt: effects.now, deliveredAt: null } as const
  await outgoingOf(effects.db)[deliveriesName].update(id, anew)
  await addSending(endpoint, effects)
}
