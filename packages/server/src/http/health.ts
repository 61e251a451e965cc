import { httpErrors } from './errors.ts'
import type { HttpAnswer } from './messages.ts'

/** Paths that are answered whatever else is going on, without counting against any limit. */
export const healthPaths: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

const readyTimeoutMs = 2_000

/** Answers `/readyz`: asks `isReady` once at a time, however many want to know, and waits at most 2 s. */
export function readiness(isReady: () => Promise<boolean>, isStopping: () => boolean): () => Promise<HttpAnswer> {
  let asking: Promise<boolean> | undefined
  return async () => {
    if (isStopping()) throw httpErrors.stopping()
    asking ??= within(readyTimeoutMs, isReady()).finally(() => {
      asking = undefined
    })
    if (!(await asking)) throw httpErrors.not_ready()
    return healthAnswer('ready')
  }
}

export function healthAnswer(status: string): HttpAnswer {
  return { status: 200, headers: {}, body: JSON.stringify({ status }) }
}

async function within(timeoutMs: number, question: Promise<boolean>): Promise<boolean> {
  const { promise: timeout, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, timeoutMs, false)
  try {
    return await Promise.race([question, timeout])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
