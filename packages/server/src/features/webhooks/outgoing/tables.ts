import {
  boolean,
  type CollectionMap,
  choice,
  collection,
  type Db,
  instant,
  integer,
  json,
  type LooseDb,
  list,
  nobody,
  type RecordOf,
  type Rule,
  reference,
  text,
  url,
} from '../../../plugin.ts'

/** @param mayManage  who may say where events go, and look at what was sent. */
export function outgoingTables(mayManage: Rule) {
  return [endpointsFor(mayManage), eventsFor(mayManage), deliveriesFor(mayManage)] as const
}

/** Set by the server alone, and read by whoever manages. */
const kept = { write: nobody() } as const

function endpointsFor(mayManage: Rule) {
  return collection('webhook-endpoints', {
    description: 'Where events are sent to. Made by the action add, which gives the secret.',
    fields: {
      url: url(),
      description: text({ max: 200, optional: true }),
      events: list(text({ min: 1, max: 100 }), {
        min: 1,
        max: 50,
        unique: true,
        description: 'Names of events; orders.* is all that begin with orders., * all.',
      }),
      filter: json({
        optional: true,
        maxBytes: 4_096,
        description:
          'Conditions on what is sent, all of which must hold: { "status": "paid", "total.amount": { "gte": 1000 } }. Operators eq ne in gt gte lt lte.',
      }),
      isOrdered: boolean({ default: false, description: 'An event is not sent before the one before it has arrived.' }),
      state: choice(['enabled', 'disabled', 'broken'], { default: 'enabled' }),
      disabledReason: text({ max: 200, optional: true, ...kept }),
      secret: text({ max: 300, private: true }),
      previousSecret: text({ max: 300, optional: true, private: true }),
      previousSecretUntil: instant({ optional: true, ...kept }),
      failuresInRow: integer({ default: 0, ...kept }),
      failingSince: instant({ optional: true, ...kept }),
      pausedUntil: instant({ optional: true, ...kept, description: 'Nothing is sent before; then one, to try.' }),
    },
    rules: { read: mayManage, update: mayManage, delete: mayManage },
    indexes: [['state']],
  })
}

function eventsFor(mayManage: Rule) {
  return collection('webhook-events', {
    description: 'Events that were sent to at least one endpoint, with what they said.',
    fields: {
      type: text({ max: 100, immutable: true }),
      data: json({ maxBytes: 262_144, immutable: true }),
    },
    rules: { read: mayManage },
    indexes: [['createdAt']],
  })
}

function deliveriesFor(mayManage: Rule) {
  return collection('webhook-deliveries', {
    description: 'What became of an event at an endpoint.',
    fields: {
      endpoint: reference('webhook-endpoints', { onDelete: 'cascade', immutable: true }),
      event: reference('webhook-events', { onDelete: 'cascade', immutable: true }),
      type: text({ max: 100, immutable: true }),
      state: choice(['pending', 'delivered', 'failed'], { default: 'pending' }),
      attemptCount: integer({ default: 0 }),
      nextAttemptAt: instant({ optional: true }),
      deliveredAt: instant({ optional: true }),
      attempts: json({
        default: [],
        description: 'The last 20: when, how long, the status, the beginning of the answer.',
      }),
    },
    rules: { read: mayManage },
    indexes: [
      { fields: ['endpoint', 'event'], unique: true },
      ['endpoint', 'state', 'nextAttemptAt'],
      ['endpoint', 'state', 'event'],
      ['createdAt'],
    ],
  })
}

type Tables = ReturnType<typeof outgoingTables>
export type Endpoint = RecordOf<Tables[0]>
export type WebhookEvent = RecordOf<Tables[1]>
export type Delivery = RecordOf<Tables[2]>
export type OutgoingDb = Db<CollectionMap<Tables>>

/** One attempt to deliver, as the log shows it. */
export interface LoggedAttempt {
  readonly at: string
  readonly durationMs: number
  readonly status?: number
  /** The first 500 characters. */
  readonly answer?: string
  readonly error?: string
}

export function outgoingOf(db: LooseDb): OutgoingDb {
  return db as unknown as OutgoingDb
}

export const endpointsName = 'webhook-endpoints'
export const deliveriesName = 'webhook-deliveries'
