import type { Action, AnyCollection, FeatureContext, FeatureRuntime, Hook, MailTemplate } from '../../../plugin.ts'
import { durationMs, type Rule } from '../../../plugin.ts'
import type { WebhooksOptions } from '../options.ts'
import { endpointHooks } from './check-endpoint.ts'
import { endpointActions } from './endpoint-actions.ts'
import { eventsRoute } from './events-route.ts'
import { fanOut } from './fan-out.ts'
import type { OutgoingKit } from './kit.ts'
import { endpointDisabledMail } from './mails.ts'
import { deliveryActions } from './replay.ts'
import { rouseEndpoints } from './rouse-endpoints.ts'
import { createEndpointSecrets } from './secrets.ts'
import { sendingJobs } from './send-due.ts'
import { outgoingTables } from './tables.ts'
import { tidyDeliveries } from './tidy-deliveries.ts'

/** The half of the feature that sends. */
export interface Outgoing {
  readonly collections: readonly AnyCollection[]
  readonly actions: readonly Action[]
  readonly hooks: readonly Hook[]
  readonly mails: readonly MailTemplate[]
  start(context: FeatureContext): Promise<Pick<FeatureRuntime, 'jobs' | 'routes' | 'deliver' | 'tidy'>>
}

export function outgoingFrom(options: WebhooksOptions, mayManage: Rule): Outgoing {
  const started: { kit?: OutgoingKit } = {}
  const kit = () => started.kit!
  return {
    collections: outgoingTables(mayManage),
    actions: [...endpointActions(mayManage, kit), ...deliveryActions(mayManage)],
    hooks: endpointHooks(kit),
    mails: [endpointDisabledMail],
    async start(context) {
      started.kit = await kitOf(options, context)
      return runtimeOf(options, started.kit)
    },
  }
}

async function kitOf(options: WebhooksOptions, context: FeatureContext): Promise<OutgoingKit> {
  const { events = {}, notify = [], allowHttp = false } = options
  return {
    context,
    events,
    secrets: await createEndpointSecrets(context),
    notify: [notify].flat(),
    allowsHttp: allowHttp || context.surroundings.isDevelopment,
    random: Math.random,
  }
}

function runtimeOf({ events = {}, managers = [], keepFor = '30d' }: WebhooksOptions, kit: OutgoingKit) {
  return {
    jobs: sendingJobs(kit),
    routes: [eventsRoute(managers, kit)],
    deliver: Object.fromEntries(Object.keys(events).map((name) => [name, (entry) => fanOut(entry, kit)])),
    async tidy() {
      await tidyDeliveries(durationMs(keepFor)!, kit)
      await rouseEndpoints(kit)
    },
  } satisfies Partial<FeatureRuntime>
}
