/** A queue of jobs as the program of `measure.ts` uses it; each is opened by `openQueue(databaseUrl, onJob)` of its module. */
export interface QueueUnderTest {
  /** Adds one job in a transaction of its own; durable once it resolves. */
  add(index: number): Promise<unknown>
  /** Adds jobs as fast as it can, many in one transaction. */
  addMany(count: number): Promise<unknown>
  /** Works off what there is and what is added, from now on. */
  start(): Promise<unknown>
  /** Whether everything that was added is done, and that is noted. */
  isEmpty(): Promise<boolean>
  stop(): Promise<unknown>
}

export interface QueueModule {
  /** Opens the queue of an empty database, with its tables. @param onJob  is what the handler does. */
  openQueue(databaseUrl: string, onJob: () => void): Promise<QueueUnderTest>
}

/** What was measured in one process. */
export interface QueueFigures {
  /** Jobs per second. */
  readonly rate: number
  /** Processor time of the process for each job, in microseconds. */
  readonly cpuUs: number
}

export const queueWorks = {
  add: 'one job in a transaction of its own, 32 at once',
  drain: 'working off what was added before, with a handler that does nothing, until the last of it is noted as done',
  steady: 'adding one by one, 32 at once, and working off in the same process',
} as const
export type QueueWork = keyof typeof queueWorks
