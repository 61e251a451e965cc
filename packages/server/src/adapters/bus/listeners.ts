import type { BusListener } from '../../ports/bus.ts'
import type { Log } from '../../ports/log.ts'

/** Who listens in this process, by channel. */
export class Listeners {
  readonly #byChannel = new Map<string, Set<BusListener>>()
  readonly #log: Log

  /** @param log  told of listeners that throw. */
  constructor(log: Log) {
    this.#log = log
  }

  /** Returns what ends it. The same listener twice is two. */
  add(channel: string, { ...listener }: BusListener): () => void {
    const listeners = this.#byChannel.get(channel) ?? new Set()
    this.#byChannel.set(channel, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  hear(channel: string, message: string): void {
    for (const listener of this.#byChannel.get(channel) ?? []) this.#call(channel, () => listener.onMessage(message))
  }

  /** Tells everyone that messages may have been lost. */
  doubt(): void {
    for (const [channel, listeners] of this.#byChannel)
      for (const listener of listeners) this.#call(channel, () => listener.onGap?.())
  }

  #call(channel: string, listen: () => void): void {
    try {
      listen()
    } catch (err) {
      this.#log.error({ err, channel }, 'A listener on the bus failed.')
    }
  }

  clear(): void {
    this.#byChannel.clear()
  }
}
