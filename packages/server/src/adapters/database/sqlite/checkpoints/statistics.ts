import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { OpenFile } from '../open-file.ts'
import { tablesInNeed } from './tables-in-need.ts'

/** A start has other things to do. */
const firstLookMs = 1_000
const lookEveryMs = 10 * 60_000
const program = new URL(`./statistics-thread${extname(import.meta.filename)}`, import.meta.url)

/**
 * Keeps the statistics by which SQLite chooses one index of several: without them, the wrong one for a filter by two fields.
 *
 * Looks now and then whether a table is in need of them, and lets a thread gather them beside the event loop. Should that
 * fail, since others write all the time, the next look finds the same.
 */
export class Statistics {
  readonly #open: OpenFile
  #timer: NodeJS.Timeout | undefined
  #gathering: { readonly thread: Worker; readonly ended: Promise<void> } | undefined

  constructor(open: OpenFile) {
    this.#open = open
    this.#lookIn(firstLookMs)
  }

  /** Resolves when nothing is being gathered any more. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#gathering?.thread.ref()
    await this.#gathering?.ended
  }

  #lookIn(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms).unref()
  }

  #look(): void {
    this.#lookIn(lookEveryMs)
    const tables = this.#tables()
    if (this.#gathering === undefined && tables.length > 0) this.#gather(tables)
  }

  #tables(): readonly string[] {
    try {
      return this.#open.isInPlace() ? tablesInNeed(this.#open.reader) : []
    } catch {
      return [] // busy, or worse: whoever reads is told
    }
  }

  #gather(tables: readonly string[]): void {
    const workerData = { file: this.#open.file, tables }
    const thread = new Worker(program, { workerData, execArgv: [], stdout: false })
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    thread.unref()
    thread.on('error', () => {})
    thread.on('exit', () => {
      this.#gathering = undefined
      resolve()
    })
    this.#gathering = { thread, ended }
  }
}
