import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { QueueFigures, QueueModule, QueueUnderTest, QueueWork } from './queue.ts'

const adders = 32
const mostAhead = 2_000

/** The process that is measured: `node program.ts <module> <work> <jobs> <seconds>`; DATABASE_URL names an empty database. */
async function measureQueue([module, work, jobs, seconds]: readonly string[]): Promise<QueueFigures> {
  const { openQueue } = (await import(pathToFileURL(module!).href)) as QueueModule
  const counter = new Counter()
  const queue = await openQueue(process.env.DATABASE_URL!, () => counter.count())
  const figures = await works[work as QueueWork]({ queue, counter, jobs: Number(jobs), seconds: Number(seconds) })
  await queue.stop()
  return figures
}

interface Run {
  readonly queue: QueueUnderTest
  readonly counter: Counter
  readonly jobs: number
  readonly seconds: number
}

const works: Readonly<Record<QueueWork, (run: Run) => Promise<QueueFigures>>> = {
  async add({ queue, seconds }) {
    const adder = new Adder(queue)
    await adder.addFor(1) // warm
    const began = new Moment()
    return began.figures(await adder.addFor(seconds))
  },
  async drain({ queue, counter, jobs }) {
    const warmUp = Math.ceil(jobs / 10)
    await queue.addMany(warmUp + jobs)
    const began = counter.reaches(warmUp)
    await queue.start()
    await settled(queue, warmUp + jobs, counter)
    return (await began).figures(jobs)
  },
  async steady({ queue, counter, seconds }) {
    const adder = new Adder(queue, counter)
    await queue.start()
    await adder.addFor(1)
    const doneBefore = counter.done
    const began = new Moment()
    await adder.addFor(seconds)
    const figures = began.figures(counter.done - doneBefore)
    await settled(queue, adder.added, counter)
    return figures
  },
}

class Counter {
  done = 0
  #goal = Number.POSITIVE_INFINITY
  #reached = (_moment: Moment) => {}

  count(): void {
    this.done += 1
    if (this.done === this.#goal) this.#reached(new Moment())
  }

  reaches(goal: number): Promise<Moment> {
    this.#goal = goal
    return new Promise((resolve) => {
      this.#reached = resolve
    })
  }
}

class Moment {
  readonly #ms = performance.now()
  readonly #cpu = process.cpuUsage()

  /** From this moment until now. */
  figures(count: number): QueueFigures {
    const { user, system } = process.cpuUsage(this.#cpu)
    return { rate: (count * 1_000) / (performance.now() - this.#ms), cpuUs: (user + system) / count }
  }
}

class Adder {
  added = 0
  readonly #queue: QueueUnderTest
  readonly #counter: Counter | undefined

  /** @param counter  given, it never gets far ahead of what is done. */
  constructor(queue: QueueUnderTest, counter?: Counter) {
    this.#queue = queue
    this.#counter = counter
  }

  /** Adds for a while, and gives how many. */
  async addFor(seconds: number): Promise<number> {
    const before = this.added
    const untilMs = performance.now() + seconds * 1_000
    await Promise.all(Array.from({ length: adders }, () => this.#addUntil(untilMs)))
    return this.added - before
  }

  async #addUntil(untilMs: number): Promise<void> {
    while (performance.now() < untilMs) {
      if (this.#isFarAhead()) await wait(1)
      else await this.#queue.add(this.added++)
    }
  }

  #isFarAhead(): boolean {
    return this.#counter !== undefined && this.added - this.#counter.done > mostAhead
  }
}

async function settled(queue: QueueUnderTest, count: number, counter: Counter): Promise<void> {
  const deadlineMs = performance.now() + 120_000
  while (counter.done < count || !(await queue.isEmpty())) {
    if (performance.now() > deadlineMs) throw new Error(`${counter.done} of ${count} jobs were done after two minutes.`)
    await wait(5)
  }
}

console.log(JSON.stringify(await measureQueue(process.argv.slice(2))))
process.exit()
