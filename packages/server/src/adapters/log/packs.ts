import { writeSync } from 'node:fs'
import { pino } from 'pino'

const packBytes = 16_000
const packMs = 250

/**
 * Lines to the standard output, in packs.
 *
 * They are put together here and not by pino's destination, which looks at the whole pack for each line that comes to it.
 */
export class Packs {
  #lines = ''
  readonly #output: ReturnType<typeof pino.destination> & { readonly destroyed?: boolean } // not among its types

  constructor() {
    // First, because pino writes out at these moments what it was given before.
    for (const moment of ['beforeExit', 'exit'] as const) process.prependListener(moment, () => this.#handOn())
    this.#output = pino.destination({ fd: 1, sync: false })
    setInterval(() => this.#handOn(), packMs).unref()
  }

  write(line: string): void {
    this.#lines += line
    if (this.#lines.length >= packBytes) this.#handOn()
  }

  /** Writes out what is still held, before it returns. */
  flush(): void {
    this.#handOn()
    this.#output.flushSync()
  }

  #handOn(): void {
    const lines = this.#lines
    if (lines === '') return
    this.#lines = ''
    if (this.#output.destroyed)
      writeSync(1, lines) // after the last round of the event loop
    else this.#output.write(lines)
  }
}
