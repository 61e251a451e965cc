import { defineFeature, type Feature, type FeatureContext } from '../../plugin.ts'
import { handleWebhook } from './incoming/handle-webhook.ts'
import { inboxFor } from './incoming/inbox.ts'
import { receiveRoutes } from './incoming/receive.ts'
import { inboxActions } from './incoming/replay-inbox.ts'
import { tidyInbox } from './incoming/tidy-inbox.ts'
import { checkWebhooksOptions, mayManageBy, type WebhooksOptions } from './options.ts'
import { outgoingFrom } from './outgoing/outgoing.ts'

/**
 * Webhooks, both ways: events of the application go to endpoints, events of others come in.
 *
 * ```ts
 * defineApp({ …, features: [webhooks({ events: { 'orders.paid': { description: 'An order was paid.' } }, managers: ['admin'] })] })
 * ```
 *
 * An application that has incoming webhooks of other features has this one without listing it.
 */
export function webhooks(options: WebhooksOptions = {}): Feature {
  const mayManage = mayManageBy(options)
  const outgoing = options.events === undefined ? undefined : outgoingFrom(options, mayManage)
  return defineFeature({
    name: 'webhooks',
    check: (model, problems) => checkWebhooksOptions(options, model, problems),
    collections: [inboxFor(mayManage), ...(outgoing?.collections ?? [])],
    actions: [...inboxActions(mayManage), ...(outgoing?.actions ?? [])],
    hooks: outgoing?.hooks ?? [],
    mails: outgoing?.mails ?? [],
    incomingWebhooks: options.incoming ?? [],
    async start(typed) {
      const context = typed as unknown as FeatureContext
      const sending = await outgoing?.start(context)
      return {
        jobs: [handleWebhook(context), ...(sending?.jobs ?? [])],
        routes: [...receiveRoutes(context), ...(sending?.routes ?? [])],
        deliver: sending?.deliver ?? {},
        async tidy() {
          await tidyInbox(context)
          await sending?.tidy?.()
        },
      }
    },
  })
}
