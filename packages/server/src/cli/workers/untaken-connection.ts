import type { Worker } from 'node:cluster'

/**
 * Watches which connection is handed to a worker, and returns what closes it.
 *
 * Node hands out one connection at a time, and forgets the one that was on its way to a worker that dies: its client would wait
 * for an answer until it loses patience. A closed one can be tried again. Closing one that was taken does nothing.
 */
export function untakenConnection({ process }: Worker): () => void {
  let latest: { close?(): void } | undefined
  const send = process.send.bind(process) as (...parts: unknown[]) => boolean
  process.send = (...parts: unknown[]) => {
    if (parts[1]) latest = parts[1]
    return send(...parts)
  }
  return () => latest?.close?.()
}
