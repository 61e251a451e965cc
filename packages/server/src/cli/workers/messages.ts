/** What the process that watches tells a worker: to stop, or to make room for the one that has taken its place. */
export interface Order {
  readonly galley: 'stop' | 'retire'
}

/** A worker serves. */
export interface Ready {
  readonly galley: 'ready'
  /** For people at the terminal. */
  readonly banner: string
}

/** Part of a worker: the first one of a start speaks for all, and fills an empty database. */
export type WorkerPart = 'first' | 'next'

export function isOrder(message: unknown): message is Order {
  const word = wordOf(message)
  return word === 'stop' || word === 'retire'
}

export function isReady(message: unknown): message is Ready {
  return wordOf(message) === 'ready'
}

function wordOf(message: unknown): unknown {
  return (message as { readonly galley?: unknown } | null)?.galley
}
