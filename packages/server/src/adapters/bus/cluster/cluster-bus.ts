import type { Bus, BusListener } from '../../../ports/bus.ts'
import { busErrors, requireShort } from '../../../ports/bus-errors.ts'
import type { Log } from '../../../ports/log.ts'
import { Listeners } from '../listeners.ts'
import { isBusGap, isBusMessage, type ProcessChannel } from './message.ts'

/**
 * The bus between the workers of `galley start --workers`: the process that watches over them passes messages on (`relayBus`).
 *
 * Loses nothing while that process and the sender live. When a worker dies, what it had to say may be lost, and `onGap` is called.
 * @param channel  to that process.
 */
export function openClusterBus(log: Log, channel: ProcessChannel = process): Bus {
  return new ClusterBus(log, channel)
}

class ClusterBus implements Bus {
  readonly #channel: ProcessChannel
  readonly #listeners: Listeners
  #sent: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(log: Log, channel: ProcessChannel) {
    this.#channel = channel
    this.#listeners = new Listeners(log)
    channel.on('message', this.#hear)
  }

  publish(channel: string, message: string): void {
    this.#requireOpen()
    requireShort(message)
    if (!this.#channel.connected) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#channel.send?.({ galley: 'bus', channel, message }, () => resolve())
    this.#sent = promise // they leave in their order: the last one is behind all
  }

  subscribe(channel: string, listener: BusListener): () => void {
    this.#requireOpen()
    return this.#listeners.add(channel, listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#listeners.clear()
    this.#channel.off('message', this.#hear)
    await this.#sent
  }

  #requireOpen(): void {
    if (this.#isClosed) throw busErrors.closed()
  }

  readonly #hear = (message: unknown): void => {
    if (isBusGap(message)) this.#listeners.doubt()
    if (isBusMessage(message)) this.#listeners.hear(message.channel, message.message)
  }
}
