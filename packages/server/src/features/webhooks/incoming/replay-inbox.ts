import {
  type Action,
  action,
  asSystem,
  boolean,
  type FeatureContext,
  instant,
  integer,
  type LooseDb,
  type Rule,
  type SystemEffects,
  text,
} from '../../../plugin.ts'
import { addHandling } from './add-handling.ts'
import { type InboxEntry, inboxOf } from './inbox.ts'

/** Which events of the inbox are handled once more. */
export interface InboxRange {
  /** Name of the incoming webhook. Default: of all. */
  readonly sender?: string
  /** When they came, ISO 8601; both ends belong to it. */
  readonly from: string
  readonly until: string
  /** Also those that were handled. Default: those that failed. */
  readonly withHandled?: boolean
}

/** `POST /api/webhook-inbox/{id}/replay` and `POST /api/webhook-inbox/replay-range`. */
export function inboxActions(mayManage: Rule): readonly Action[] {
  return [
    action('webhook-inbox', 'replay', {
      description: 'Handles an event once more.',
      allow: mayManage,
      output: 'webhook-inbox',
      async run({ record, db, jobs }) {
        await replay(record as unknown as InboxEntry, { db: asSystem(db), jobs })
        return record.id
      },
    }),
    action('webhook-inbox', 'replay-range', {
      on: 'collection',
      description: `Handles once more what came in a time and failed, ${pageSize} at a time, the oldest first. Where next is no null, call it again with it as after.`,
      allow: mayManage,
      input: {
        sender: text({ max: 48, optional: true }),
        from: instant(),
        until: instant(),
        withHandled: boolean({ default: false }),
        after: text({ max: 60, optional: true }),
      },
      output: { replayed: integer(), next: text({ optional: true }) },
      async run({ input: { sender, after, ...range }, db, jobs }) {
        const wanted = { ...range, ...(sender !== null && { sender }) }
        return replayPage(wanted, after, { db: asSystem(db), jobs })
      },
    }),
  ]
}

/** Handles once more what came in a time. For programs that tend an application. @returns how many. */
export async function replayInbox(
  range: InboxRange,
  { transaction }: Pick<FeatureContext, 'transaction'>,
): Promise<number> {
  let replayed = 0
  let after: string | null = null
  do {
    const page: ReplayedPage = await transaction((effects) => replayPage(range, after, effects))
    replayed += page.replayed
    after = page.next
  } while (after !== null)
  return replayed
}

type Effects = Pick<SystemEffects<LooseDb>, 'db' | 'jobs'>

interface ReplayedPage {
  readonly replayed: number
  /** The id after which to go on; null: that was all. */
  readonly next: string | null
}

const pageSize = 500

async function replayPage(range: InboxRange, after: string | null, effects: Effects): Promise<ReplayedPage> {
  const { sender, from, until, withHandled = false } = range
  const where = {
    createdAt: { gte: from, lte: until },
    state: { in: withHandled ? (['failed', 'handled'] as const) : (['failed'] as const) },
    ...(sender !== undefined && { sender }),
    ...(after !== null && { id: { gt: after } }),
  }
  const { data } = await inboxOf(effects.db).find({ where, sort: 'id', limit: pageSize })
  for (const entry of data) await replay(entry, effects)
  return { replayed: data.length, next: data.length < pageSize ? null : data.at(-1)!.id }
}

async function replay(entry: InboxEntry, { db, jobs }: Effects): Promise<void> {
  await inboxOf(db).update(entry.id, { state: 'received', handledAt: null })
  await addHandling(entry, jobs)
}
