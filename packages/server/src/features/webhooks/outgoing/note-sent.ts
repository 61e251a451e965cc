import { increment, type SystemEffects, sendMail } from '../../../plugin.ts'
import type { OutgoingKit } from './kit.ts'
import { endpointDisabledMail } from './mails.ts'
import { isBroken, pauseMs, retryAfterMs, retryDelayMs } from './retry-schedule.ts'
import type { Sent } from './send.ts'
import { type Delivery, type Endpoint, type LoggedAttempt, outgoingOf } from './tables.ts'

/** Notes how an attempt ended, at the delivery and at the endpoint. */
export async function noteSent(
  sent: Sent,
  delivery: Delivery,
  endpoint: Endpoint,
  effects: SystemEffects,
  kit: OutgoingKit,
): Promise<void> {
  const hasArrived = sent.status !== undefined && sent.status >= 200 && sent.status < 300
  if (hasArrived) await noteArrived(sent, delivery, endpoint, effects)
  else if (sent.status === 410) await noteGone(sent, delivery, endpoint, effects, kit)
  else await noteFailed(sent, delivery, endpoint, effects, kit)
}

async function noteArrived(sent: Sent, delivery: Delivery, endpoint: Endpoint, effects: SystemEffects): Promise<void> {
  const arrived = { state: 'delivered', deliveredAt: effects.now, nextAttemptAt: null } as const
  await noteAttempt(sent, delivery, arrived, effects)
  // Not by what was read before: another attempt may have failed meanwhile.
  const isTroubled = { or: [{ failuresInRow: { gt: 0 } }, { pausedUntil: { null: false } }] }
  const well = { failuresInRow: 0, failingSince: null, pausedUntil: null }
  await endpointsOf(effects).updateIf(endpoint.id, isTroubled, well)
}

async function noteGone(
  sent: Sent,
  delivery: Delivery,
  endpoint: Endpoint,
  effects: SystemEffects,
  kit: OutgoingKit,
): Promise<void> {
  await noteAttempt(sent, delivery, { state: 'failed', nextAttemptAt: null }, effects)
  const reason = 'It answered 410: nobody wants the events any more.'
  await giveUp(endpoint, { state: 'disabled', disabledReason: reason }, effects, kit)
}

async function noteFailed(
  sent: Sent,
  delivery: Delivery,
  endpoint: Endpoint,
  effects: SystemEffects,
  kit: OutgoingKit,
): Promise<void> {
  const nowMs = Date.parse(effects.now)
  const askedForMs = retryAfterMs(sent.retryAfter, nowMs)
  const delayMs = retryDelayMs(delivery.attemptCount + 1, kit.random(), askedForMs)
  const next =
    delayMs === undefined
      ? ({ state: 'failed', nextAttemptAt: null } as const)
      : { nextAttemptAt: new Date(nowMs + delayMs).toISOString() }
  await noteAttempt(sent, delivery, next, effects)
  const waitMs = isBusy(sent) ? Math.min(askedForMs, dayMs) : 0
  await noteTrouble(endpoint, { waitMs, isLast: delayMs === undefined }, effects, kit)
}

const dayMs = 86_400_000

/** It asks everybody to wait, not for this event only. */
function isBusy({ status }: Sent): boolean {
  return status === 429 || status === 503
}

interface Trouble {
  /** What the endpoint has asked everybody to wait for. */
  readonly waitMs: number
  /** What failed will not be tried again. */
  readonly isLast: boolean
}

/** One more failure in a row: the endpoint is left alone for a while, or given up. */
async function noteTrouble(
  endpoint: Endpoint,
  { waitMs, isLast }: Trouble,
  effects: SystemEffects,
  kit: OutgoingKit,
): Promise<void> {
  const nowMs = Date.parse(effects.now)
  const troubled = await endpointsOf(effects).updateIf(endpoint.id, {}, { failuresInRow: increment(1) })
  if (troubled === undefined) return
  const { failingSince, failuresInRow } = troubled
  if (failingSince !== null && isBroken(nowMs - Date.parse(failingSince), isLast)) {
    const reason = `Nothing has arrived since ${failingSince}.`
    return giveUp(endpoint, { state: 'broken', disabledReason: reason }, effects, kit)
  }
  const ms = Math.max(pauseMs(failuresInRow, kit.random()) ?? 0, waitMs)
  await endpointsOf(effects).update(endpoint.id, {
    failingSince: failingSince ?? effects.now,
    ...(ms > 0 && { pausedUntil: new Date(nowMs + ms).toISOString() }),
  })
}

interface GivenUp {
  readonly state: 'disabled' | 'broken'
  readonly disabledReason: string
}

/** Nothing is sent to an endpoint any more until somebody enables it again. Told once. */
async function giveUp(endpoint: Endpoint, changes: GivenUp, effects: SystemEffects, kit: OutgoingKit): Promise<void> {
  const given = await endpointsOf(effects).updateIf(
    endpoint.id,
    { state: 'enabled' },
    { ...changes, pausedUntil: null },
  )
  if (given === undefined) return
  const place = new URL(endpoint.url).origin // the rest of an address may be a secret
  const { disabledReason: reason, state } = changes
  kit.context.log.warn(
    { endpoint: endpoint.id, place, state },
    `Webhooks are not sent to an endpoint any more. ${reason}`,
  )
  for (const to of kit.notify)
    await sendMail(effects.jobs, endpointDisabledMail, {
      to,
      input: { endpoint: endpoint.description ?? endpoint.id, place, reason },
    })
}

const mostLogged = 20

async function noteAttempt(
  { logged }: Sent,
  { id, attempts: before }: Delivery,
  changes: Partial<Pick<Delivery, 'state' | 'nextAttemptAt' | 'deliveredAt'>>,
  { db }: SystemEffects,
): Promise<void> {
  const attempts = [...(before as unknown as readonly LoggedAttempt[]), logged].slice(-mostLogged) as never
  const attempted = { ...changes, attempts, attemptCount: increment(1) }
  await outgoingOf(db)['webhook-deliveries'].updateIf(id, { state: 'pending' }, attempted)
}

function endpointsOf({ db }: SystemEffects) {
  return outgoingOf(db)['webhook-endpoints']
}
