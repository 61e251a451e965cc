import { type Job, type JobContext, job, text } from '../../../plugin.ts'
import { unlessGone } from '../remove-all.ts'
import { addSending, addSendingAt, sendJob, wakeJob } from './add-sending.ts'
import type { OutgoingKit } from './kit.ts'
import { noteSent } from './note-sent.ts'
import { failuresUntilPause } from './retry-schedule.ts'
import { send } from './send.ts'
import { type Delivery, type Endpoint, type OutgoingDb, outgoingOf } from './tables.ts'

/** What sends: a job for each endpoint that something is due at, so that a slow one holds up nobody else. */
export function sendingJobs(kit: OutgoingKit): readonly Job[] {
  const input = { endpoint: text({ max: 60 }) }
  const wakeInput = { ...input, at: text({ max: 30 }) }
  const retry = { attempts: 100, backoff: 'fixed', delay: '30s' } as const
  return [
    job<typeof input>(sendJob, {
      description: 'Sends the events that are due at an endpoint.',
      input,
      retry,
      unique: true,
      timeout: '5m',
      concurrency: 10, // other jobs have their share, however slow the endpoints are
      run: (work) => sendDue(work, kit),
    }),
    job<typeof wakeInput>(wakeJob, {
      description: 'Looks again at an endpoint that events wait for.',
      input: wakeInput,
      retry,
      unique: true,
      run: ({ input: { endpoint }, transaction }) => transaction((effects) => addSending(endpoint, effects)),
    }),
  ]
}

type Work = Pick<JobContext<{ readonly endpoint: string }>, 'input' | 'db' | 'transaction' | 'signal' | 'fetch'>

/** Then others have their turn. */
const turnMs = 20_000

async function sendDue(work: Work, kit: OutgoingKit): Promise<void> {
  const { input, db: loose, signal, transaction } = work
  const db = outgoingOf(loose)
  const untilMs = performance.now() + turnMs
  for (;;) {
    const endpoint = await db['webhook-endpoints'].findOne(input.endpoint)
    if (endpoint === undefined || endpoint.state !== 'enabled') return
    const due = await dueAt(endpoint, db, kit)
    if (due.length === 0) return lookAgain(endpoint, work)
    const attempts = await Promise.allSettled(due.map((delivery) => attempt(delivery, endpoint, work, kit)))
    for (const ended of attempts) if (ended.status === 'rejected') throw ended.reason
    signal.throwIfAborted()
    if (performance.now() > untilMs) return transaction((effects) => addSending(endpoint.id, effects))
  }
}

/**
 * What to send now: nothing while the endpoint is left alone, and one to see whether it works again. At once no more than may fail
 * before it is left alone.
 */
async function dueAt(endpoint: Endpoint, db: OutgoingDb, { context }: OutgoingKit): Promise<readonly Delivery[]> {
  const now = new Date(context.clock.nowMs()).toISOString()
  if (endpoint.pausedUntil !== null && endpoint.pausedUntil > now) return []
  const waiting = { endpoint: endpoint.id, state: 'pending' } as const
  if (endpoint.isOrdered) {
    const oldest = await db['webhook-deliveries'].first({ where: waiting, sort: 'event' })
    return oldest?.nextAttemptAt != null && oldest.nextAttemptAt <= now ? [oldest] : []
  }
  const limit = endpoint.failuresInRow === 0 ? failuresUntilPause : 1
  const where = { ...waiting, nextAttemptAt: { lte: now } }
  return (await db['webhook-deliveries'].find({ where, sort: 'nextAttemptAt', limit })).data
}

async function attempt(delivery: Delivery, endpoint: Endpoint, work: Work, kit: OutgoingKit): Promise<void> {
  const { context, secrets } = kit
  const event = await outgoingOf(work.db)['webhook-events'].findOne(delivery.event)
  if (event === undefined) return // it went with its delivery
  const nowMs = context.clock.nowMs()
  const userAgent = `galley (${context.model.name.replace(/[^\x20-\x7e]|[()\\]/g, '').slice(0, 50)})`
  const keys = () => secrets.keysOf(endpoint, nowMs)
  const sent = await send({ event, url: endpoint.url, keys, nowMs, userAgent }, work.fetch, work.signal)
  await unlessGone(() => work.transaction((effects) => noteSent(sent, delivery, endpoint, effects, kit)))
}

/** When the endpoint may be tried again, or the next delivery is due. */
async function lookAgain(endpoint: Endpoint, { db, transaction }: Work): Promise<void> {
  const where = { endpoint: endpoint.id, state: 'pending' } as const
  const sort = endpoint.isOrdered ? 'event' : 'nextAttemptAt'
  const next = await outgoingOf(db)['webhook-deliveries'].first({ where, sort })
  if (next?.nextAttemptAt == null) return
  const { pausedUntil } = endpoint
  const at = pausedUntil !== null && pausedUntil > next.nextAttemptAt ? pausedUntil : next.nextAttemptAt
  await transaction((effects) => addSendingAt(endpoint.id, at, effects))
}
