import type { Shapes } from './prepared-query.ts'

const mostPrepared = 1_000

/** What is remembered of a connection while it is lent to one after the other. */
export interface ConnectionMemory {
  /** The statements it has prepared, by name. */
  readonly shapes: Shapes
  /** When it answered last, by `performance.now()`. */
  answeredAt: number
}

const memories = new WeakMap<object, ConnectionMemory>()

/** The memory of a connection of the driver, which ends with it. */
export function memoryOf(connection: object): ConnectionMemory {
  let memory = memories.get(connection)
  if (memory === undefined) {
    memory = { shapes: new Map(), answeredAt: Number.NEGATIVE_INFINITY }
    memories.set(connection, memory)
  }
  return memory
}

/** Tells whether a connection has prepared so much that a new one should take its place. */
export function isWornOut({ shapes }: ConnectionMemory): boolean {
  return shapes.size > mostPrepared
}
