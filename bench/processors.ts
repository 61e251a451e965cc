import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Whether what is measured has a core of its own and everything else another: the load, the database server, this process.
 *
 * It needs Linux' taskset and two cores.
 */
export const isPinned =
  availableParallelism() >= 2 && spawnSync('taskset', ['-a', '-c', '-p', '1', `${process.pid}`]).status === 0

/** A command line that runs on the core of what is measured; `cores` of two workers: `0,1`. */
export function onItsCore(command: readonly string[], cores = '0'): readonly [string, ...string[]] {
  return (isPinned ? ['taskset', '-c', cores, ...command] : command) as [string, ...string[]]
}
