import type { SystemEffects } from '../../../plugin.ts'

/** The job that sends what is due at one endpoint. */
export const sendJob = 'webhooks.send'
/** The job that adds the other one later. */
export const wakeJob = 'webhooks.wake'

type Jobs = Pick<SystemEffects, 'jobs'>

/** Lets what is due at an endpoint be sent: by one job at a time. While one waits to begin, that one is enough. */
export async function addSending(endpoint: string, { jobs }: Jobs): Promise<void> {
  await jobs.add(sendJob, { endpoint }, { key: endpoint })
}

/** Looks again at an endpoint later. A job of its own, so that what comes meanwhile does not wait for it. */
export async function addSendingAt(endpoint: string, at: string, { jobs }: Jobs): Promise<void> {
  await jobs.add(wakeJob, { endpoint, at }, { runAt: at })
}
