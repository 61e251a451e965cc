import type { Bus, BusListener } from '../../../ports/bus.ts'
import { busErrors, requireShort } from '../../../ports/bus-errors.ts'
import type { Log } from '../../../ports/log.ts'
import { Listeners } from '../listeners.ts'

/** The bus of an application that runs in one process: there are no others to hear it. */
export function createMemoryBus(log: Log): Bus {
  return new MemoryHub(log).join()
}

/** Joins buses within one process, each as if it were in a process of its own. */
export class MemoryHub {
  readonly #members = new Set<MemoryBus>()
  readonly #log: Log

  /** @param log  told of listeners that throw. */
  constructor(log: Log) {
    this.#log = log
  }

  join(): Bus {
    const member = new MemoryBus(
      (channel, message) => this.#carry(member, channel, message),
      () => this.#members.delete(member),
      this.#log,
    )
    this.#members.add(member)
    return member
  }

  #carry(sender: MemoryBus, channel: string, message: string): void {
    const others = [...this.#members].filter((member) => member !== sender)
    if (others.length === 0) return
    queueMicrotask(() => {
      for (const member of others) member.hear(channel, message)
    })
  }
}

class MemoryBus implements Bus {
  readonly #listeners: Listeners
  readonly #send: (channel: string, message: string) => void
  readonly #leave: () => void
  #isClosed = false

  constructor(send: (channel: string, message: string) => void, leave: () => void, log: Log) {
    this.#send = send
    this.#leave = leave
    this.#listeners = new Listeners(log)
  }

  publish(channel: string, message: string): void {
    this.#requireOpen()
    requireShort(message)
    this.#send(channel, message)
  }

  subscribe(channel: string, listener: BusListener): () => void {
    this.#requireOpen()
    return this.#listeners.add(channel, listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#listeners.clear()
    this.#leave()
  }

  hear(channel: string, message: string): void {
    this.#listeners.hear(channel, message)
  }

  #requireOpen(): void {
    if (this.#isClosed) throw busErrors.closed()
  }
}
