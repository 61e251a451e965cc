import { type DeliveredEntry, isObject, type SystemEffects } from '../../../plugin.ts'
import { addSending } from './add-sending.ts'
import { isWanted } from './event-names.ts'
import { matchesFilter } from './filter.ts'
import type { OutgoingKit } from './kit.ts'
import { dataOf } from './payload.ts'
import { type Endpoint, outgoingOf } from './tables.ts'

/**
 * Notes for each endpoint that wants an event that it has to go there: for all in one transaction, and once, however often the entry of the
 * outbox comes. What an endpoint misses that is broken waits for it.
 */
export async function fanOut(entry: DeliveredEntry, kit: OutgoingKit): Promise<void> {
  const { id, name } = entry
  const data = dataOf(name, kit.events[name]?.payload, entry.payload)
  const wanting = (db: Outgoing) => endpointsFor(name, data, db)
  if ((await wanting(outgoingOf(kit.context.db))).length === 0) return // most events: nothing is written for them
  await kit.context.transaction(async (effects) => {
    const db = outgoingOf(effects.db)
    if ((await db['webhook-events'].findOne(id)) !== undefined) return
    const endpoints = await wanting(db)
    if (endpoints.length === 0) return
    await db['webhook-events'].create({ id, type: name, data: data as never })
    for (const endpoint of endpoints) await addDelivery(endpoint, { id, type: name }, effects)
  })
}

type Outgoing = ReturnType<typeof outgoingOf>

async function endpointsFor(type: string, data: unknown, db: Outgoing): Promise<readonly Endpoint[]> {
  const { data: open } = await db['webhook-endpoints'].find({
    where: { state: { in: ['enabled', 'broken'] } },
    sort: 'id',
    limit: 10_000,
  })
  return open.filter((endpoint) => wants(endpoint, type, data))
}

/** Whether an endpoint is to get an event. */
export function wants({ events, filter }: Pick<Endpoint, 'events' | 'filter'>, type: string, data: unknown): boolean {
  return isWanted(type, events) && (!isObject(filter) || matchesFilter(filter, data))
}

/** Where order matters, whatever was written before has this time to get here too, from other processes. */
const settleMs = 1_000

/** Notes that an event has to go to an endpoint, and lets it be sent unless the endpoint is not in use. */
export async function addDelivery(
  endpoint: Pick<Endpoint, 'id' | 'state' | 'isOrdered'>,
  event: { readonly id: string; readonly type: string },
  effects: SystemEffects,
): Promise<string> {
  const nowMs = Date.parse(effects.now)
  const nextAttemptAt = new Date(nowMs + (endpoint.isOrdered ? settleMs : 0)).toISOString()
  const values = { endpoint: endpoint.id, event: event.id, type: event.type, nextAttemptAt }
  const { id } = await outgoingOf(effects.db)['webhook-deliveries'].create(values)
  if (endpoint.state === 'enabled') await addSending(endpoint.id, effects)
  return id
}
