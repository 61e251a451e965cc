import {
  type FeatureContext,
  type IncomingWebhook,
  increment,
  type Job,
  type JobContext,
  job,
  type LooseDb,
  reasonOf,
  type SystemEffects,
  text,
  Undeliverable,
} from '../../../plugin.ts'
import { handleJob } from './add-handling.ts'
import { bytesOf, type InboxEntry, inboxOf } from './inbox.ts'

type Work = Pick<
  JobContext<{ readonly entry: string }>,
  'input' | 'db' | 'transaction' | 'attempt' | 'now' | 'log' | 'fetch' | 'signal'
>

/** For about a day: 30 s after the first failure, then three times as long each time, at most 8 hours. */
const retry = { attempts: 10, backoff: 'exponential', delay: '30s', factor: 3, maxDelay: '8h' } as const

/** Hands events of the inbox to whoever declared the webhook. */
export function handleWebhook({ model }: Pick<FeatureContext, 'model'>): Job {
  const input = { entry: text({ max: 60 }) }
  return job<typeof input>(handleJob, {
    description: 'Handles what another service has sent.',
    input,
    retry,
    timeout: '5m',
    concurrency: 10, // other jobs have their share, however many events come and however slow they are handled
    run: async (work) => {
      const entry = await inboxOf(work.db).findOne(work.input.entry)
      if (entry === undefined || entry.state === 'handled') return
      const webhook = model.incomingWebhooks.get(entry.sender)
      await noteFailure(entry, work, async () => {
        if (webhook === undefined)
          throw new Undeliverable(`There is no incoming webhook ${entry.sender} any more. Declare it, or delete this.`)
        await handle(webhook, entry, work)
      })
    },
  })
}

async function handle(webhook: IncomingWebhook, entry: InboxEntry, work: Work): Promise<void> {
  const { attemptCount: attempt } = await inboxOf(work.db).update(entry.id, { attemptCount: increment(1) })
  const rawBody = bytesOf(entry)
  const headers = entry.headers as Record<string, string>
  const event: unknown = webhook.parse({ rawBody, headers, nowMs: Date.parse(work.now) })
  const once = transactionOnce(entry, work)
  const { eventId: id, type, createdAt: receivedAt } = entry
  const { db, now, log, fetch, signal } = work
  const seen = { event, rawBody, id, type, headers, receivedAt, attempt }
  try {
    await webhook.handle({ ...seen, transaction: once.transaction, db, now, log, fetch, signal })
  } catch (error) {
    if (error !== once.handledElsewhere) throw error
  }
  if (!once.isDone()) await work.transaction(async (effects) => void (await noteHandled(entry, effects)))
}

interface TransactionOnce {
  readonly transaction: Work['transaction']
  /** Thrown where another process has handled the event meanwhile. */
  readonly handledElsewhere: Error
  /** Whether it is noted that the event is handled. */
  isDone(): boolean
}

/** What the handler changes, and that it has, are committed together: of two that handle one event at once, one does. */
function transactionOnce(entry: InboxEntry, work: Work): TransactionOnce {
  const handledElsewhere = new Error('The event has been handled meanwhile.')
  let isDone = false
  const transaction: Work['transaction'] = async (own) => {
    if (isDone) throw new Error('The transaction of an event is over: what is to come later goes into jobs.')
    const result = await work.transaction(async (effects) => {
      if (await noteHandled(entry, effects)) return { value: await own(effects) }
      return undefined
    })
    isDone = true
    if (result === undefined) throw handledElsewhere
    return result.value
  }
  return { transaction, handledElsewhere, isDone: () => isDone }
}

async function noteHandled({ id }: InboxEntry, { db, now }: SystemEffects<LooseDb>): Promise<boolean> {
  const noted = { state: 'handled', handledAt: now, lastError: null } as const
  return (await inboxOf(db).updateIf(id, { state: { ne: 'handled' } }, noted)) !== undefined
}

/** The inbox tells what has gone wrong; the job is tried again, or given up. */
async function noteFailure(entry: InboxEntry, work: Work, handling: () => Promise<void>): Promise<void> {
  try {
    await handling()
  } catch (error) {
    // One that was stopped is not over: the job is done once more.
    const isLast = !work.signal.aborted && (work.attempt >= retry.attempts || error instanceof Undeliverable)
    const state = isLast ? 'failed' : 'received'
    const failed = { state, lastError: reasonOf(error) } as const
    await inboxOf(work.db).updateIf(entry.id, { state: { ne: 'handled' } }, failed)
    throw error
  }
}
