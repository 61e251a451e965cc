import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import type { Statement } from '../../../../ports/database.ts'
import { portErrorFrom } from '../errors.ts'
import type { ReaderAnswer, RowsInTime } from './reader-answer.ts'

// `.ts` where the sources run as they are, `.js` where they were built.
const program = new URL(`./reader-process${extname(import.meta.filename)}`, import.meta.url)

/** A process of ours that reads. It runs one statement at a time, and keeps this process alive only while it does. */
export class Reader {
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>
  readonly #child: ChildProcess
  readonly #file: string
  #isReady = false
  #isKilled = false
  #hasEnded = false
  #running: PromiseWithResolvers<RowsInTime | 'ended'> | undefined

  constructor(file: string) {
    this.#file = file
    this.#child = fork(program, [file], {
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { ...process.env, NODE_OPTIONS: '' }, // what is meant for the server, such as a debugger, is not for this one
      stdio: ['pipe', 'ignore', 'inherit', 'ipc'],
    })
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    this.#child.on('message', (answer: ReaderAnswer) => this.#hear(answer))
    this.#child.on('error', () => this.#child.pid === undefined && this.#end(resolve)) // it could not be started
    this.#child.on('exit', () => this.#end(resolve))
    this.#child.stdin?.on('error', () => {})
    ;(this.#child.stdin as unknown as { unref(): void }).unref() // a socket, whatever its type says
    this.#letGo()
  }

  /** Whether it ended by itself before it had the file open. */
  get hasFailedToStart(): boolean {
    return this.#hasEnded && !this.#isReady && !this.#isKilled
  }

  get processId(): number {
    return this.#child.pid ?? 0
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Runs one statement; `ended` when the process ended before it had answered. */
  run(statement: Statement): Promise<RowsInTime | 'ended'> {
    if (this.#hasEnded) return Promise.resolve('ended')
    this.#running = Promise.withResolvers()
    this.#child.ref()
    this.#child.channel?.ref()
    this.#child.send({ text: statement.text, parameters: statement.parameters }, () => {}) // a failure shows as its end
    return this.#running.promise
  }

  /** Ends the process at once, in the middle of a statement if there is one: a reader of a log leaves nothing to repair. */
  kill(): void {
    this.#isKilled = true
    this.#child.ref() // its end is worth waiting for
    this.#child.kill('SIGKILL')
  }

  #hear(answer: ReaderAnswer): void {
    if (answer.kind === 'ready') {
      this.#isReady = true
      return
    }
    const running = this.#running
    this.#running = undefined
    this.#letGo()
    if (answer.kind === 'rows') running?.resolve(answer)
    else running?.reject(portErrorFrom(Object.assign(new Error(), answer.error), this.#file))
  }

  #letGo(): void {
    this.#child.unref()
    this.#child.channel?.unref()
  }

  #end(resolve: () => void): void {
    this.#hasEnded = true
    this.#running?.resolve('ended')
    resolve()
  }
}
