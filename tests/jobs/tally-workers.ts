import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('tally-worker.fixture.ts', import.meta.url))

/** Processes that do jobs on one database, and are killed like a machine that loses its power. */
export class TallyWorkers {
  readonly #environment: NodeJS.ProcessEnv
  readonly #processes: ChildProcess[] = []

  constructor(databaseUrl: string, leaseMs: number, cacheFolder: string) {
    const { PATH } = process.env
    this.#environment = { PATH, DATABASE_URL: databaseUrl, LEASE_MS: `${leaseMs}`, NODE_COMPILE_CACHE: cacheFolder }
  }

  /** Resolves when it does jobs. */
  async startOne(): Promise<void> {
    const worker = spawn(process.execPath, [program], { env: this.#environment, stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(worker, 'exit').then(([code]) => {
      throw new Error(`A worker ended by itself, with exit code ${code}.`)
    })
    ended.catch(() => {}) // later it is killed
    await Promise.race([once(worker.stdout, 'data'), ended])
    this.#processes.push(worker)
  }

  /** By SIGKILL: nothing is finished, nothing is given back. */
  async killOne(): Promise<void> {
    const [worker] = this.#processes.splice(Math.floor(Math.random() * this.#processes.length), 1)
    assert.equal(worker!.exitCode, null, 'it works until it is killed')
    const gone = once(worker!, 'exit')
    worker!.kill('SIGKILL')
    await gone
  }

  async killAll(): Promise<void> {
    while (this.#processes.length > 0) await this.killOne()
  }
}
