import type { FeatureContext, Fields } from '../../../plugin.ts'
import type { EndpointSecrets } from './secrets.ts'

/** What sending works with. Made once at the start. */
export interface OutgoingKit {
  readonly context: FeatureContext
  readonly events: Readonly<Record<string, OutgoingEvent>>
  readonly secrets: EndpointSecrets
  /** Who hears by mail of an endpoint that is given up. */
  readonly notify: readonly string[]
  /** Whether endpoints may be reached without TLS. */
  readonly allowsHttp: boolean
  /** From 0 to 1. */
  readonly random: () => number
}

/** An event that leaves the house. */
export interface OutgoingEvent {
  /** One sentence, for whoever chooses which events to get. */
  readonly description: string
  /** Members of what it says: no others leave. Default: whatever was added. */
  readonly payload?: Fields
}

/** The event of the action ping: it is sent to its endpoint only. */
export const pingEvent = 'webhooks.ping'
