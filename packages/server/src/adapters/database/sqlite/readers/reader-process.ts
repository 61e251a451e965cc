import { setPriority } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Statement } from '../../../../ports/database.ts'
import type { Connection } from '../connection.ts'
import { openForScans } from '../open-file.ts'
import type { ReaderAnswer } from './reader-answer.ts'
import { startWatch } from './watch.ts'

/** A process that runs one heavy statement after the other, so that it can be killed with the statement it runs. */
function serve(file: string): void {
  endWithParent()
  giveWay()
  try {
    const connection = openForScans(file)
    process.on('message', (statement: Statement) => tell(answerTo(statement, connection)))
    tell({ kind: 'ready' })
  } catch (error) {
    tell({ kind: 'error', error: plainError(error) }, () => process.exit(1))
  }
}

function tell(answer: ReaderAnswer, then?: () => void): void {
  process.send?.(answer, undefined, undefined, then)
}

/**
 * While a statement runs, no event is heard: a thread waits for the end of the pipe that the parent holds open, and ends all.
 *
 * A signal to the whole group (Ctrl-C, a service manager) is for the parent, which first answers what it has begun.
 */
function endWithParent(): void {
  const watch = `
    const { readSync } = require('node:fs')
    try { while (readSync(0, Buffer.alloc(1)) > 0); process.kill(process.pid, 'SIGKILL') } catch {}`
  new Worker(watch, { eval: true, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 8, stackSizeMb: 1 } }).unref()
  process.on('disconnect', () => process.exit())
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
}

/** A third of the share of others: less, and where processors are scarce nothing long would ever end in time. */
const niceness = 5

/** Where processors are scarce, quick requests go first. */
function giveWay(): void {
  try {
    setPriority(niceness)
  } catch {} // not allowed everywhere, and works without
}

function answerTo(statement: Statement, connection: Connection): ReaderAnswer {
  const watch = startWatch()
  try {
    return { kind: 'rows', rows: connection.query(statement), ...watch() }
  } catch (error) {
    return { kind: 'error', error: plainError(error) }
  }
}

/** An error as the driver threw it: only plain data keeps all of its properties on the way. */
function plainError(error: unknown): object {
  const thrown = error instanceof Error ? (error.cause ?? error) : error
  return thrown instanceof Error ? { ...thrown, message: thrown.message } : { message: String(thrown) }
}

serve(process.argv[2] as string)
