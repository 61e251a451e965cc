import {
  boolean,
  type FeatureContext,
  type FeatureRoute,
  GalleyError,
  type IncomingWebhook,
  type RouteRequest,
  route,
  type WebhookDelivery,
} from '../../../plugin.ts'
import { webhooksErrors } from '../errors.ts'
import { addHandling } from './add-handling.ts'
import { inboxOf, keptBody } from './inbox.ts'

/** `POST /api/webhooks/{name}`: what is signed is kept, and answered at once; a job does the rest. */
export function receiveRoutes(context: FeatureContext): readonly FeatureRoute[] {
  return [...context.model.incomingWebhooks.values()].map((webhook) =>
    route('POST', `/api/webhooks/${webhook.name}`, {
      summary: `Events of ${webhook.name}`,
      ...(webhook.description !== undefined && { description: webhook.description }),
      body: 'raw',
      maxBodyBytes: webhook.maxBodyBytes,
      output: { received: boolean() },
      run: async (request) => {
        await receive(webhook, deliveryOf(request, context), context)
        return { body: { received: true } }
      },
    }),
  )
}

function deliveryOf(
  { rawBody, headers }: RouteRequest<object, any, 'raw'>,
  { clock }: FeatureContext,
): WebhookDelivery {
  // any: the data API is not asked
  const flat = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
  )
  return { rawBody, headers: Object.fromEntries(flat), nowMs: clock.nowMs() }
}

/** @throws webhooks_signature, webhooks_body, webhooks_no_id, and what the verification throws */
async function receive(webhook: IncomingWebhook, delivery: WebhookDelivery, context: FeatureContext): Promise<void> {
  if (!(await webhook.verify(delivery))) throw webhooksErrors.signature()
  const { id: eventId, type = '', key = null } = whatIsIn(webhook, delivery, context)
  if (eventId === undefined) throw webhooksErrors.no_id()
  const headers = keptHeaders(webhook, delivery)
  const entry = { sender: webhook.name, eventId, type, key, headers, ...keptBody(delivery.rawBody) }
  await unlessThere(() => keep(entry, context))
}

/** Whoever signs can still send what nobody expects. @throws webhooks_body */
function whatIsIn(webhook: IncomingWebhook, delivery: WebhookDelivery, { log }: FeatureContext) {
  try {
    const event: unknown = webhook.parse(delivery)
    return {
      id: shortText(webhook.idOf(event, delivery)),
      type: shortText(webhook.typeOf(event, delivery)),
      key: shortText(webhook.keyOf?.(event, delivery)),
    }
  } catch (cause) {
    log.warn({ err: cause, sender: webhook.name }, 'An event that is signed cannot be read; it is refused.')
    throw webhooksErrors.body({ cause })
  }
}

function shortText(value: unknown): string | undefined {
  return typeof value === 'string' && /^[^\0]{1,200}$/su.test(value) && value.isWellFormed() ? value : undefined
}

const alwaysKept = ['content-type', 'user-agent']

function keptHeaders({ headers: more }: IncomingWebhook, { headers }: WebhookDelivery): Record<string, string> {
  const kept = [...alwaysKept, ...more].flatMap((name) => {
    const value = headers[name]
    return value === undefined ? [] : [[name, value.toWellFormed().slice(0, 2_000)] as const]
  })
  return Object.fromEntries(kept)
}

type NewEntry = Parameters<ReturnType<typeof inboxOf>['create']>[0]

/** The event and the job that handles it are committed together, before the sender has its answer. */
async function keep(entry: NewEntry, { transaction }: FeatureContext): Promise<void> {
  await transaction(async ({ db, jobs }) => {
    const { sender, eventId } = entry
    const known = await inboxOf(db).first({ where: { sender, eventId } })
    if (known === undefined) await addHandling(await inboxOf(db).create(entry), jobs)
  })
}

/** Of two that come at once one is kept; to its sender the other is a duplicate like any. */
async function unlessThere(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof GalleyError && error.code === 'operation_conflict')) throw error
  }
}
