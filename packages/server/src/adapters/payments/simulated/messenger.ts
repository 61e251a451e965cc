import { setTimeout as wait } from 'node:timers/promises'
import { standardWebhookHeaders } from '../../../base/standard-webhooks.ts'
import type { SimulatedMessage } from './ledger.ts'

export interface MessengerParts {
  /** Where messages go; undefined: nowhere. Asked for each. */
  readonly url: () => string | undefined
  readonly key: Uint8Array
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
}

/** Sends signed messages over HTTP, as a provider does: again and again until one is taken, without keeping the order. */
export class Messenger {
  readonly #parts: MessengerParts
  readonly #underWay = new Set<Promise<void>>()
  readonly #stop = new AbortController()

  constructor(parts: MessengerParts) {
    this.#parts = parts
  }

  /** @param delayMs  before the first attempt. */
  send(message: SimulatedMessage, delayMs = 0): Promise<void> {
    const sending = this.#attempts(message, delayMs)
    this.#underWay.add(sending)
    return sending.finally(() => this.#underWay.delete(sending))
  }

  /** When all that was sent until now is taken or given up. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.idle()
  }

  async #attempts(message: SimulatedMessage, delayMs: number): Promise<void> {
    for (const pauseMs of [delayMs, 200, 1_000, 5_000, 25_000]) {
      const isWaited = await wait(pauseMs, true, { ref: false, signal: this.#stop.signal }).catch(() => false)
      if (!isWaited || (await this.#isTaken(message))) return
    }
  }

  async #isTaken({ id, body }: SimulatedMessage): Promise<boolean> {
    const url = this.#parts.url()
    if (url === undefined) return true
    try {
      const { ok } = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...this.headersOf({ id, body }) },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(10_000)]),
      })
      return ok
    } catch {
      return false
    }
  }

  /** The signature of Standard Webhooks, made now. */
  headersOf({ id, body }: Pick<SimulatedMessage, 'id' | 'body'>): Record<string, string> {
    const timestamp = Math.floor(this.#parts.nowMs() / 1_000)
    return standardWebhookHeaders({ id, timestamp, body }, [this.#parts.key])
  }
}
