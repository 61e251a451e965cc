import {
  checkOptions,
  type Duration,
  durationMs,
  hintFor,
  type IncomingWebhook,
  isMailAddress,
  type Model,
  nobody,
  type Problems,
  type Rule,
  role,
} from '../../plugin.ts'
import { isPattern } from './outgoing/event-names.ts'
import { type OutgoingEvent, pingEvent } from './outgoing/kit.ts'

export interface WebhooksOptions {
  /**
   * Events that can be sent, by the names they are added under: `{ 'orders.paid': { description: 'An order was paid', payload: { order: text() } } }`.
   * Of a collection that announces its changes they are `orders.created`, `orders.updated` and `orders.deleted`.
   */
  readonly events?: Readonly<Record<string, OutgoingEvent>>
  /** Roles that may manage endpoints, and look at deliveries and the inbox: `['admin']`. Default: nobody may. */
  readonly managers?: readonly string[]
  /** Addresses that get a mail when an endpoint is given up. Default: the log tells. */
  readonly notify?: string | readonly string[]
  /** How long deliveries and what was sent can be looked at and replayed. Default `30d`. */
  readonly keepFor?: Duration
  /** Lets endpoints be reached without TLS. Default: in development and in tests. */
  readonly allowHttp?: boolean
  /** Events of other services, served at `POST /api/webhooks/{name}`. */
  readonly incoming?: readonly IncomingWebhook[]
}

const optionNames = [
  'events',
  'managers',
  'notify',
  'keepFor',
  'allowHttp',
  'incoming',
] as const satisfies readonly (keyof WebhooksOptions)[]

export function checkWebhooksOptions(options: WebhooksOptions, model: Model, problems: Problems): void {
  checkOptions(options, optionNames, 'webhooks', problems)
  const { managers = [], events = {}, keepFor = '30d', notify = [] } = options
  for (const [index, name] of managers.entries()) {
    if (!model.roles.has(name))
      problems.add(`webhooks.managers[${index}]`, `There is no role ${name}.${hintFor(name, model.roles.keys())}`)
  }
  for (const [name, event] of Object.entries(events)) checkEvent(name, event, problems)
  for (const address of [notify].flat())
    if (!isMailAddress(address)) problems.add('webhooks.notify', 'Write addresses such as ops@shop.example.')
  if (durationMs(keepFor) === undefined) problems.add('webhooks.keepFor', 'It is a time with its unit, such as 30d.')
}

function checkEvent(name: string, { payload = {} }: OutgoingEvent, problems: Problems): void {
  const path = `webhooks.events.${name}`
  if (!isPattern(name) || name.includes('*') || name.length > 100 || name === pingEvent)
    problems.add(path, 'An event is named like orders.paid: letters, digits, - and _ between points.')
  for (const [member, { type }] of Object.entries(payload)) {
    for (const sentence of type.problems ?? []) problems.add(`${path}.payload.${member}`, sentence)
    if (type.columns.length === 0) problems.add(`${path}.payload.${member}`, 'An event holds values, no relations.')
  }
}

/** Whoever holds one of the roles of managers. */
export function mayManageBy({ managers = [] }: WebhooksOptions): Rule {
  const [first, ...others] = managers
  return first === undefined ? nobody() : role(first, ...others)
}
