import type { FeatureRuntime } from '../model/feature.ts'
import type { Deliver } from '../operations/relay/outbox-relay.ts'
import { appErrors } from './errors.ts'

/** Who delivers what of the outbox, by the name of the entry. */
export function deliveriesOf(features: readonly FeatureRuntime[]): ReadonlyMap<string, Deliver> {
  const deliveries = new Map<string, Deliver>()
  for (const { deliver = {} } of features) {
    for (const [name, work] of Object.entries(deliver)) {
      if (deliveries.has(name)) throw appErrors.two_deliveries({ details: { name } })
      deliveries.set(name, work)
    }
  }
  return deliveries
}

export function secretEntriesOf(features: readonly FeatureRuntime[]): readonly string[] {
  return features.flatMap(({ secretEntries = [] }) => secretEntries)
}
