import type { DeliveredEntry, FeatureRuntime } from '../model/feature.ts'
import { handOverEntry } from '../operations/add-job.ts'
import type { Deliver } from '../operations/relay/outbox-relay.ts'
import type { NewJob, Queue } from '../ports/queue.ts'
import { appErrors } from './errors.ts'

/** Who delivers what of the outbox, by the name of the entry. */
export function deliveriesOf(features: readonly FeatureRuntime[], queue: Queue): ReadonlyMap<string, Deliver> {
  const deliveries = new Map<string, Deliver>()
  if (!queue.isTransactional) deliveries.set(handOverEntry, (entry) => handOver(entry, queue))
  for (const { deliver = {} } of features) {
    for (const [name, work] of Object.entries(deliver)) {
      if (deliveries.has(name)) throw appErrors.two_deliveries({ details: { name } })
      deliveries.set(name, work)
    }
  }
  return deliveries
}

/** A job that was committed with its transaction comes to a queue elsewhere: again changes nothing. */
async function handOver({ payload }: DeliveredEntry, queue: Queue): Promise<void> {
  await queue.add([payload as NewJob])
}
