import type { Bus } from '../../../ports/bus.ts'
import type { Log } from '../../../ports/log.ts'
import { MemoryBus } from './memory-bus.ts'

/** For the tests: joins buses within one process, each as if it were in a process of its own. */
export class MemoryHub {
  readonly #members = new Set<MemoryBus>()
  readonly #log: Log

  /** @param log  told of listeners that throw. */
  constructor(log: Log) {
    this.#log = log
  }

  join(): Bus {
    const member = new MemoryBus(this.#log, {
      send: (channel, message) => this.#carry(member, channel, message),
      leave: () => this.#members.delete(member),
    })
    this.#members.add(member)
    return member
  }

  #carry(sender: MemoryBus, channel: string, message: string): void {
    const others = [...this.#members].filter((member) => member !== sender)
    queueMicrotask(() => {
      for (const member of others) member.hear(channel, message)
    })
  }
}
