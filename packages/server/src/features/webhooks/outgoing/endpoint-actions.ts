import {
  type Action,
  action,
  asSystem,
  boolean,
  instant,
  integer,
  json,
  list,
  newId,
  type Rule,
  type SystemEffects,
  text,
  url,
} from '../../../plugin.ts'
import { webhooksErrors } from '../errors.ts'
import { addDelivery } from './fan-out.ts'
import { type OutgoingKit, pingEvent } from './kit.ts'
import { replayRange } from './replay.ts'
import { type Endpoint, endpointsName, outgoingOf } from './tables.ts'

/** What managers do with endpoints, beside changing and deleting them. */
export function endpointActions(mayManage: Rule, kit: () => OutgoingKit): readonly Action[] {
  return [addAction(mayManage, kit), rotateAction(mayManage, kit), pingAction(mayManage), replayAction(mayManage)]
}

function addAction(mayManage: Rule, kit: () => OutgoingKit): Action {
  return action(endpointsName, 'add', {
    on: 'collection',
    description: 'Adds an endpoint. The answer has its secret: nobody can read it later.',
    allow: mayManage,
    input: {
      url: url(),
      events: list(text({ min: 1, max: 100 }), { min: 1, max: 50, unique: true }),
      filter: json({ optional: true, maxBytes: 4_096 }),
      isOrdered: boolean({ default: false }),
      description: text({ max: 200, optional: true }),
    },
    output: { endpoint: text(), secret: text() },
    hasSecret: true,
    async run({ input, db }) {
      const { id, secret, sealed } = kit().secrets.make()
      await outgoingOf(asSystem(db))[endpointsName].create({ id, ...input, secret: sealed })
      return { endpoint: id, secret }
    },
  })
}

const hourMs = 3_600_000

function rotateAction(mayManage: Rule, kit: () => OutgoingKit): Action {
  return action(endpointsName, 'rotate-secret', {
    description: 'Gives a new secret. What is sent is signed with both until the former one ends.',
    allow: mayManage,
    input: {
      overlapHours: integer({ min: 0, max: 168, default: 24, description: 'How long the former one is good.' }),
    },
    output: { secret: text(), previousSecretUntil: instant() },
    hasSecret: true,
    async run({ record, input, db, now }) {
      const endpoints = outgoingOf(asSystem(db))[endpointsName]
      const { version, secret: previousSecret } = await endpoints.get(record.id)
      const { secret, sealed } = kit().secrets.next(record.id)
      const previousSecretUntil = new Date(Date.parse(now) + input.overlapHours * hourMs).toISOString()
      await endpoints.update(record.id, { secret: sealed, previousSecret, previousSecretUntil }, { version })
      return { secret, previousSecretUntil }
    },
  })
}

function pingAction(mayManage: Rule): Action {
  return action(endpointsName, 'ping', {
    description: `Sends the event ${pingEvent} to this endpoint, to see whether it works.`,
    allow: mayManage,
    output: { delivery: text() },
    async run({ record, db, jobs, events, now }) {
      const endpoint = record as unknown as Endpoint
      if (endpoint.state !== 'enabled') throw webhooksErrors.not_enabled()
      const effects: SystemEffects = { db: asSystem(db), jobs, events, now }
      const event = { id: newId(), type: pingEvent }
      await outgoingOf(effects.db)['webhook-events'].create({ ...event, data: { endpoint: record.id } })
      return { delivery: await addDelivery(endpoint, event, effects) }
    },
  })
}

function replayAction(mayManage: Rule): Action {
  return action(endpointsName, 'replay-range', {
    description:
      'Sends once more the events of a time that failed here, and those that this endpoint wants and never got, 500 events at a time, the oldest first. Where next is no null, call it again with it as after.',
    allow: mayManage,
    input: {
      from: instant(),
      until: instant(),
      withDelivered: boolean({ default: false, description: 'Also those that arrived.' }),
      after: text({ max: 60, optional: true }),
    },
    output: { replayed: integer(), next: text({ optional: true }) },
    run: ({ record, input, db, jobs, events, now }) =>
      replayRange(record as unknown as Endpoint, input, { db: asSystem(db), jobs, events, now }),
  })
}
