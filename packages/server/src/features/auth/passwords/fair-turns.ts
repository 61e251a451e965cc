import { queueErrors } from './errors.ts'

export interface TurnLimits {
  /** How many work at once. */
  readonly maxRunning: number
  /** How many wait; more are refused. */
  readonly maxWaiting: number
  /** Whoever waited this long is refused. */
  readonly maxWaitMs: number
}

interface Waiting {
  readonly begin: () => void
  readonly refuse: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

/**
 * Lets work begin in turn, a few at once. Those who wait stand in lanes, one for each source, and the lanes take turns: who sends
 * a hundred waits behind himself. When all places are taken, the last of the longest lane gives way to a shorter one.
 */
export class FairTurns {
  readonly #limits: TurnLimits
  readonly #lanes = new Map<string, Waiting[]>()
  #running = 0
  #waiting = 0

  constructor(limits: TurnLimits) {
    this.#limits = limits
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting
  }

  /** @throws auth_busy  when there is no place to wait, or it took too long. */
  async run<T>(source: string, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#limits.maxRunning) this.#running += 1
    else await this.#wait(source)
    try {
      return await work()
    } finally {
      this.#passOn()
    }
  }

  #wait(source: string): Promise<void> {
    if (this.#waiting >= this.#limits.maxWaiting) this.#makeRoom(source)
    return new Promise((begin, refuse) => {
      // What runs keeps the process alive; who waits for it need not.
      const timer = setTimeout(() => this.#giveUp(source, waiting), this.#limits.maxWaitMs).unref()
      const waiting: Waiting = { begin, refuse, timer }
      this.#laneOf(source).push(waiting)
      this.#waiting += 1
    })
  }

  #makeRoom(source: string): void {
    const own = this.#lanes.get(source)?.length ?? 0
    const [longest, lane] = [...this.#lanes].reduce(
      (most, next) => (next[1].length > most[1].length ? next : most),
      [source, [] as Waiting[]],
    )
    const last = lane.at(-1)
    if (last === undefined || lane.length <= own + 1) throw this.#busy()
    this.#giveUp(longest, last)
  }

  #giveUp(source: string, waiting: Waiting): void {
    const lane = this.#laneOf(source)
    lane.splice(lane.indexOf(waiting), 1)
    if (lane.length === 0) this.#lanes.delete(source)
    this.#leave(waiting)
    waiting.refuse(this.#busy())
  }

  #laneOf(source: string): Waiting[] {
    return this.#lanes.getOrInsertComputed(source, () => [])
  }

  #leave(waiting: Waiting): void {
    clearTimeout(waiting.timer)
    this.#waiting -= 1
  }

  #passOn(): void {
    const next = this.#takeNext()
    if (next === undefined) this.#running -= 1
    else next.begin()
  }

  /** The first of the first lane, which then stands behind the others. */
  #takeNext(): Waiting | undefined {
    for (const [source, lane] of this.#lanes) {
      this.#lanes.delete(source)
      const next = lane.shift()
      if (lane.length > 0) this.#lanes.set(source, lane)
      if (next === undefined) continue
      this.#leave(next)
      return next
    }
    return undefined
  }

  #busy(): Error {
    return queueErrors.busy({ details: { retryAfterSeconds: Math.max(1, Math.ceil(this.#limits.maxWaitMs / 1000)) } })
  }
}
