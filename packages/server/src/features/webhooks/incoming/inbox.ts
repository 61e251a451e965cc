import {
  type CollectionMap,
  choice,
  collection,
  type Db,
  instant,
  integer,
  json,
  type LooseDb,
  type RecordOf,
  type Rule,
  text,
} from '../../../plugin.ts'

/** What other services have sent, as it came, before anybody has looked at it. @param mayManage  who may look at it. */
export function inboxFor(mayManage: Rule) {
  return collection('webhook-inbox', {
    description: 'Events that other services have sent, and how far they are.',
    fields: {
      sender: text({ max: 48, immutable: true, description: 'The name of the incoming webhook.' }),
      eventId: text({ max: 200, immutable: true, description: 'What the sender calls the event.' }),
      type: text({ max: 200, immutable: true }),
      state: choice(['received', 'handled', 'failed'], { default: 'received' }),
      handledAt: instant({ optional: true }),
      attemptCount: integer({ default: 0 }),
      lastError: text({ optional: true }),
      /** Of the job: events with one key are handled in their order. */
      key: text({ max: 200, optional: true, immutable: true }),
      headers: json({ immutable: true }),
      body: text({ max: 1_000_000, immutable: true }),
      encoding: choice(['text', 'base64'], { immutable: true }),
    },
    rules: { read: mayManage },
    indexes: [{ fields: ['sender', 'eventId'], unique: true }, ['sender', 'updatedAt'], ['state', 'createdAt']],
  })
}

type Inbox = ReturnType<typeof inboxFor>
export type InboxEntry = RecordOf<Inbox>
export type InboxDb = Db<CollectionMap<readonly [Inbox]>>

export function inboxOf(db: LooseDb): InboxDb['webhook-inbox'] {
  return (db as unknown as InboxDb)['webhook-inbox']
}

type KeptBody = Pick<InboxEntry, 'body' | 'encoding'>

/** Bytes as they are kept: as text where that gives back the same bytes, so that people can read it. */
export function keptBody(bytes: Buffer): KeptBody {
  const body = textOf(bytes)
  return body === undefined ? { body: bytes.toString('base64'), encoding: 'base64' } : { body, encoding: 'text' }
}

export function bytesOf({ body, encoding }: KeptBody): Buffer {
  return Buffer.from(body, encoding === 'text' ? 'utf8' : 'base64')
}

function textOf(bytes: Buffer): string | undefined {
  try {
    const decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return decoded.includes('\0') ? undefined : decoded
  } catch {
    return undefined
  }
}
