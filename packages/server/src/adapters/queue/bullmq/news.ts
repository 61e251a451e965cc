import type { Redis } from 'ioredis'
import type { QueueListener } from '../../../ports/queue.ts'

const jobs = 'jobs'
const cancel = 'cancel '

/** Tells all processes, this one included, by a channel of Redis. What is said while the connection is gone is lost. */
export class News {
  readonly #listeners = new Set<QueueListener>()
  readonly #channel: string
  readonly #redis: Redis
  #subscriber: Redis | undefined

  constructor(redis: Redis, channel: string) {
    this.#redis = redis
    this.#channel = channel
  }

  listen(listener: QueueListener): () => void {
    const own = { ...pick(listener) } // the same one may listen twice
    this.#listeners.add(own)
    this.#subscriber ??= this.#subscribe()
    return () => this.#listeners.delete(own)
  }

  tellJobs(): void {
    this.#tell(jobs)
  }

  tellCancel(id: string): void {
    this.#tell(cancel + id)
  }

  close(): void {
    this.#listeners.clear()
    this.#subscriber?.disconnect()
  }

  #tell(message: string): void {
    this.#redis.publish(this.#channel, message).catch(() => {}) // who listens looks now and then all the same
  }

  #subscribe(): Redis {
    const subscriber = this.#redis.duplicate({ maxRetriesPerRequest: null })
    subscriber.on('error', () => {}) // it connects again by itself
    subscriber.on('message', (_, message) => this.#hear(message))
    subscriber.on('ready', () => this.#hear(jobs)) // what was said before it was connected
    subscriber.subscribe(this.#channel).catch(() => {})
    return subscriber
  }

  #hear(message: string): void {
    for (const listener of this.#listeners) {
      if (message === jobs) listener.onJobs()
      else if (message.startsWith(cancel)) listener.onCancel(message.slice(cancel.length))
    }
  }
}

function pick(listener: QueueListener): QueueListener {
  return { onJobs: () => listener.onJobs(), onCancel: (id) => listener.onCancel(id) }
}
