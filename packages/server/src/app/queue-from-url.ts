import type { Queue } from '../ports/queue.ts'
import { appErrors } from './errors.ts'

/**
 * The queue of QUEUE_URL: `redis://user:password@host:6379/0`, or `rediss://…` over TLS, is kept by BullMQ in Redis; `?prefix=shop` names
 * it there. Where there is none, jobs rest in the application's database.
 *
 * @param embedded  makes the one in the database.
 * @throws app_queue_url, queue_driver_missing, queue_unavailable
 */
export async function queueFromUrl(url: string | undefined, embedded: () => Queue): Promise<Queue> {
  if (url === undefined || url === '') return embedded()
  const parsed = URL.parse(url)
  if (parsed === null || !(parsed.protocol in adapters)) throw appErrors.queue_url()
  return adapters[parsed.protocol]!(parsed)
}

const adapters: Readonly<Record<string, (url: URL) => Promise<Queue>>> = {
  'redis:': redisQueue,
  'rediss:': redisQueue,
}

/** Loaded only where it is used. */
async function redisQueue(url: URL): Promise<Queue> {
  const { openBullmqQueue } = await import('../adapters/queue/bullmq/index.ts')
  const prefix = url.searchParams.get('prefix')
  const server = new URL(url)
  server.search = ''
  return openBullmqQueue({ url: server.href, ...(prefix !== null && { prefix }) })
}
