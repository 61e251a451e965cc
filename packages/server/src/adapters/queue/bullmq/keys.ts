/** Where things rest in Redis. Those of a job name are beside BullMQ's own, whose names are `<prefix>:<job name>:<thing>`. */
export interface Keys {
  /** A sorted set of all jobs, `<id> <name>`, by their id. */
  readonly index: string
  /** A set of the names that jobs have been added with. */
  readonly names: string
  /** A hash of the latest moment of each schedule. */
  readonly ticks: string
  /** A channel. */
  readonly news: string
}

export function keysOf(prefix: string): Keys {
  const at = (thing: string) => `${prefix}:galley:${thing}`
  return { index: at('index'), names: at('names'), ticks: at('ticks'), news: at('news') }
}

/** Of one job name. */
export interface LaneKeys {
  /** What ids are put behind. */
  readonly jobs: string
  readonly wait: string
  readonly active: string
  readonly prioritized: string
  readonly delayed: string
  readonly completed: string
  readonly failed: string
  /** A set of the keys that jobs wait in line for. */
  readonly lines: string
  /** A sorted set of the jobs that have ended, by the moment they are kept until. */
  readonly kept: string
  /** A set of the jobs that were cancelled while they ran. */
  readonly cancelled: string
  job(id: string): string
  lock(id: string): string
  deduplication(uniqueKey: string): string
  /** A list of the jobs of a key that have not ended, `<id> <due>`, in their order. */
  line(key: string): string
}

export function laneKeysOf(prefix: string, name: string): LaneKeys {
  const jobs = `${prefix}:${name}:`
  const at = (thing: string) => jobs + thing
  return {
    jobs,
    wait: at('wait'),
    active: at('active'),
    prioritized: at('prioritized'),
    delayed: at('delayed'),
    completed: at('completed'),
    failed: at('failed'),
    lines: at('galley-lines'),
    kept: at('galley-kept'),
    cancelled: at('galley-cancelled'),
    job: at,
    lock: (id) => at(`${id}:lock`),
    deduplication: (uniqueKey) => at(`de:${uniqueKey}`),
    line: (key) => at(`galley-line:${key}`),
  }
}
