/** What applications import as `galley/webhooks`. */
export {
  type IncomingEvent,
  type IncomingWebhook,
  type IncomingWebhookDefinition,
  incomingWebhook,
  type SignatureOptions,
  standardWebhooks,
  stripeSignature,
  type VerifyWebhook,
  type WebhookDelivery,
  type WebhookSecret,
} from '../../plugin.ts'
export { type InboxRange, replayInbox } from './incoming/replay-inbox.ts'
export type { WebhooksOptions } from './options.ts'
export { webhooks } from './webhooks.ts'
