import { type FeatureRoute, list, object, route, text } from '../../../plugin.ts'
import { webhooksErrors } from '../errors.ts'
import type { OutgoingKit } from './kit.ts'

/** `GET /api/webhooks/events`: what an endpoint can be sent. */
export function eventsRoute(managers: readonly string[], { events }: OutgoingKit): FeatureRoute {
  const data = Object.entries(events).map(([name, { description }]) => ({ name, description }))
  return route('GET', '/api/webhooks/events', {
    summary: 'Events that endpoints can be sent',
    output: { data: list(object({ name: text(), description: text() }), { max: 1_000 }) },
    async run({ actor }) {
      if (!managers.some((role) => actor.roles.includes(role))) throw webhooksErrors.not_yours()
      return { body: { data } }
    },
  })
}
