import { type Hook, hintFor, hook } from '../../../plugin.ts'
import { webhooksErrors } from '../errors.ts'
import { addSending } from './add-sending.ts'
import { isPattern, isWanted } from './event-names.ts'
import { filterProblem } from './filter.ts'
import type { OutgoingKit } from './kit.ts'
import { type Endpoint, endpointsName } from './tables.ts'

/** What people say of an endpoint is checked; one that is to be used again is used at once. */
export function endpointHooks(kit: () => OutgoingKit): readonly Hook[] {
  return [
    hook(endpointsName, 'beforeCreate', ({ values }) => checkEndpoint(values, kit())),
    hook(endpointsName, 'beforeUpdate', ({ values, previous, actor }) => {
      checkEndpoint(values, kit())
      if (values.state === 'broken' && actor.kind !== 'system') throw webhooksErrors.state()
      return isAnew(values, previous) ? asNew : undefined
    }),
    hook(endpointsName, 'afterUpdate', async ({ record, previous, jobs }) => {
      if (isAnew(record, previous)) await addSending(record.id, { jobs })
    }),
  ]
}

const asNew = { failuresInRow: 0, failingSince: null, pausedUntil: null, disabledReason: null } as const

/** Whether it is enabled again, or moved. */
function isAnew(values: Partial<Endpoint>, previous: Endpoint): boolean {
  const { state = previous.state, url = previous.url } = values
  return state === 'enabled' && (previous.state !== 'enabled' || url !== previous.url)
}

/** @throws webhooks_unknown_event, webhooks_filter, webhooks_http */
function checkEndpoint({ events = [], filter, url }: Partial<Endpoint>, kit: OutgoingKit): void {
  const known = Object.keys(kit.events)
  for (const event of events) {
    if (isPattern(event) && known.some((name) => isWanted(name, [event]))) continue
    throw webhooksErrors.unknown_event({
      details: { event, hint: hintFor(event, known), known: known.join(', ') || 'none' },
    })
  }
  const problem = filter === undefined || filter === null ? undefined : filterProblem(filter)
  if (problem !== undefined) throw webhooksErrors.filter({ details: { problem } })
  if (url?.startsWith('http:') && !kit.allowsHttp) throw webhooksErrors.http()
}
