import type { Bus } from '../../ports/bus.ts'
import type { Log } from '../../ports/log.ts'
import type { QueueListener } from '../../ports/queue.ts'

const channel = 'jobs'
/** Others hear of jobs this often at most: they look for all there are, however many were added. */
const quietMs = 20

export interface QueueNewsParts {
  readonly bus: Bus | undefined
  readonly log: Log
  /** Called before the listeners when another process tells of jobs. */
  readonly onForeignJobs: () => void
}

/** Tells the listeners in this process and the queues of the others what has happened. */
export class QueueNews {
  readonly #parts: QueueNewsParts
  readonly #listeners = new Set<QueueListener>()
  readonly #unsubscribe: (() => void) | undefined
  #quiet: NodeJS.Timeout | undefined
  #isWaiting = false

  constructor(parts: QueueNewsParts) {
    this.#parts = parts
    const onJobs = () => this.#onForeignJobs()
    this.#unsubscribe = parts.bus?.subscribe(channel, {
      onMessage: (message) => (message === '' ? onJobs() : this.#tellCancelled(message)),
      onGap: onJobs,
    })
  }

  listen(listener: QueueListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  jobs(): void {
    for (const { onJobs } of this.#listeners) onJobs()
    this.#publishJobs()
  }

  cancelled(id: string): void {
    this.#tellCancelled(id)
    this.#publish(id)
  }

  close(): void {
    clearTimeout(this.#quiet)
    if (this.#isWaiting) this.#publish('')
    this.#unsubscribe?.()
    this.#listeners.clear()
  }

  #onForeignJobs(): void {
    this.#parts.onForeignJobs()
    for (const { onJobs } of this.#listeners) onJobs()
  }

  #tellCancelled(id: string): void {
    for (const { onCancel } of this.#listeners) onCancel(id)
  }

  #publishJobs(): void {
    if (this.#parts.bus === undefined || this.#parts.bus.isAlone === true) return
    if (this.#quiet !== undefined) {
      this.#isWaiting = true
      return
    }
    this.#publish('')
    this.#quiet = setTimeout(() => {
      this.#quiet = undefined
      if (!this.#isWaiting) return
      this.#isWaiting = false
      this.#publishJobs()
    }, quietMs).unref()
  }

  #publish(message: string): void {
    try {
      this.#parts.bus?.publish(channel, message)
    } catch (err) {
      this.#parts.log.warn({ err }, 'Other processes could not be told of jobs; they will find them by themselves.')
    }
  }
}
