import type { Bus, BusListener } from '../../../ports/bus.ts'
import { busErrors, requireShort } from '../../../ports/bus-errors.ts'
import type { Log } from '../../../ports/log.ts'
import { Listeners } from '../listeners.ts'

/** The bus of an application that runs in one process: there are no others to hear it. */
export function createMemoryBus(log: Log): Bus {
  return new MemoryBus(log, { isAlone: true, send() {}, leave() {} })
}

/** Where the messages of a bus go. */
export interface Others {
  /** Whether there are none. */
  readonly isAlone?: boolean
  send(channel: string, message: string): void
  leave(): void
}

export class MemoryBus implements Bus {
  readonly #listeners: Listeners
  readonly #others: Others
  #isClosed = false

  /** @param log  told of listeners that throw. */
  constructor(log: Log, others: Others) {
    this.#others = others
    this.#listeners = new Listeners(log)
  }

  get isAlone(): boolean {
    return this.#others.isAlone === true
  }

  publish(channel: string, message: string): void {
    this.#requireOpen()
    requireShort(message)
    this.#others.send(channel, message)
  }

  subscribe(channel: string, listener: BusListener): () => void {
    this.#requireOpen()
    return this.#listeners.add(channel, listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#listeners.clear()
    this.#others.leave()
  }

  /** A message of another. */
  hear(channel: string, message: string): void {
    this.#listeners.hear(channel, message)
  }

  #requireOpen(): void {
    if (this.#isClosed) throw busErrors.closed()
  }
}
