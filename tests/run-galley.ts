import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../packages/server/bin/galley.js', import.meta.url))

type Variables = Readonly<Record<string, string>>

export interface CommandResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `galley …` as a person would, in `folder`, with nothing of this process's environment but the path. */
export async function runGalley(
  folder: string,
  args: readonly string[],
  variables: Variables = {},
): Promise<CommandResult> {
  const { child, output } = spawnGalley(folder, args, variables)
  const [exitCode] = await once(child, 'close')
  return { exitCode, ...output }
}

export interface RunningGalley {
  /** Where it serves. */
  readonly url: string
  readonly process: ChildProcess
  /** It starts again when a file changes. */
  readonly isDevelopment: boolean
  readonly output: Readonly<Record<'stdout' | 'stderr', string>>
  /** Resolves when the output has a text, from `from` characters on. */
  says(text: string | RegExp, from?: number): Promise<void>
  /** Ends it as Ctrl-C does. */
  stop(): Promise<number | null>
}

/** Starts `galley start`, `galley dev` or `galley work`, on a free port, and waits until it says that it is there. */
export async function startGalley(
  folder: string,
  args: readonly string[],
  variables: Variables = {},
  isThere: RegExp = / is served at (\S+)/,
): Promise<RunningGalley> {
  const { child, output } = spawnGalley(folder, args, { PORT: '0', ...variables })
  after(() => child.kill('SIGKILL'))
  const says = (text: string | RegExp, from = 0) => outputHas(child, output, text, from)
  await says(isThere)
  return {
    url: isThere.exec(output.stderr)![1] ?? '',
    process: child,
    isDevelopment: args[0] === 'dev',
    output,
    says,
    async stop() {
      child.kill('SIGINT')
      const [exitCode] = child.exitCode === null ? await once(child, 'close') : [child.exitCode]
      return exitCode
    },
  }
}

function spawnGalley(folder: string, args: readonly string[], variables: Variables) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text
    })
  }
  return { child, output }
}

const patienceMs = 30_000

async function outputHas(
  child: ChildProcess,
  output: { stdout: string; stderr: string },
  text: string | RegExp,
  from: number,
): Promise<void> {
  const deadlineMs = Date.now() + patienceMs
  while (output.stderr.slice(from).search(text) < 0) {
    const said = `\n${output.stderr}${output.stdout}`
    if (child.exitCode !== null) throw new Error(`galley ended with exit code ${child.exitCode}:${said}`)
    if (Date.now() > deadlineMs) throw new Error(`galley has not said ${text} for ${patienceMs} ms:${said}`)
    await sleep(20)
  }
}

/** Makes a folder with an application in it, where the name `galley` means the one of this repository. */
export function makeProject(app: string): string {
  mkdirSync('.galley', { recursive: true })
  const place = mkdtempSync('.galley/project-') // a folder around it, for what is made beside it
  after(() => rmSync(place, { recursive: true, force: true }))
  const folder = join(place, 'project')
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "name": "tea-shop", "type": "module" }')
  writeFileSync(join(folder, 'app.ts'), app)
  return folder
}
