import { GalleyError } from '../../base/error.ts'
import type { OutgoingFetch } from '../../ports/outgoing-http.ts'
import { outgoingErrors } from './errors.ts'
import { hostOf, mayConnectTo, type Resolve, resolveBySystem, resolveTarget } from './resolve-target.ts'
import { sendRequest } from './send-request.ts'

export interface OutgoingFetchOptions {
  /** Addresses besides the public internet: `127.0.0.1:9000`, `10.0.0.0/8`, `[::1]:9000`. */
  readonly allow?: readonly string[]
  /** Default: the resolver of the system. */
  readonly resolve?: Resolve
}

/** Makes the one client for all that is asked of other servers; see `OutgoingFetch` for what it promises. */
export function createOutgoingFetch({
  allow = [],
  resolve = resolveBySystem,
}: OutgoingFetchOptions = {}): OutgoingFetch {
  const mayConnect = mayConnectTo(allow)
  return async (address, { timeoutMs = 10_000, maxBytes = 1_048_576, signal, ...request } = {}) => {
    const url = checkedUrl(address)
    const host = hostOf(url)
    const limit = startLimit(timeoutMs, signal)
    try {
      const addresses = await limit.race(resolveTarget(url, mayConnect, resolve))
      return await limit.race(sendRequest(url, { ...request, addresses, maxBytes, signal: limit.signal }))
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (limit.signal.aborted) throw outgoingErrors.too_slow({ cause: error, details: { host, timeoutMs } })
      throw error instanceof GalleyError ? error : outgoingErrors.failed({ cause: error, details: { host } })
    } finally {
      limit.end()
    }
  }
}

function checkedUrl(address: string | URL): URL {
  const url = URL.parse(String(address))
  const refuse = (reason: string) => outgoingErrors.url({ details: { reason } })
  if (url === null) throw refuse('it is no URL')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse('it begins with neither https:// nor http://')
  if (url.username !== '' || url.password !== '') throw refuse('it has a user or a password in it')
  return url
}

interface TimeLimit {
  readonly signal: AbortSignal
  /** Rejects when the time is over, whether or not the work notices. */
  race<T>(work: Promise<T>): Promise<T>
  end(): void
}

function startLimit(timeoutMs: number, outer: AbortSignal | undefined): TimeLimit {
  const controller = new AbortController()
  const over = Promise.withResolvers<never>()
  over.promise.catch(() => {}) // nobody may be waiting any more
  const stop = () => {
    controller.abort()
    over.reject(controller.signal.reason)
  }
  const timer = setTimeout(stop, timeoutMs)
  if (outer?.aborted) stop()
  outer?.addEventListener('abort', stop)
  return {
    signal: controller.signal,
    race: (work) => Promise.race([work, over.promise]),
    end() {
      clearTimeout(timer)
      outer?.removeEventListener('abort', stop)
    },
  }
}
