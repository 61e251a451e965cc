import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { defineCommand } from './command.ts'
import { serverOptions } from './start.ts'
import { stopRequested } from './stop-requested.ts'
import { developmentVariable } from './surroundings.ts'
import { nextChange } from './watch-sources.ts'

export const devCommand = defineCommand('dev', {
  summary: 'Serve the application while you work on it: starts again when a file changes.',
  options: serverOptions,
  notes: [
    'Makes the changes of the database that lose nothing by itself, and shows the others.',
    'Shows every request, unless LOG_LEVEL says otherwise.',
    'Keeps mails instead of sending them, unless MAIL_URL says otherwise, and shows them at /dev/mail.',
    "Fills a new database by the application's seed. Watches the current folder, without node_modules and the data.",
  ].join('\n'),
  async run({ port, host, app }) {
    const flags = Object.entries({ port, host, app }).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, value],
    )
    await serveUntilStopped(['start', '--migrate', '--seed', ...flags])
  },
})

async function serveUntilStopped(args: readonly string[]): Promise<void> {
  const stop = stopRequested()
  for (;;) {
    const change = nextChange('.', process.env.DATA_DIR || 'data') // before the start, so that none is missed
    const child = startChild(args)
    const changed = await Promise.race([change.path, stop])
    change.stop()
    await endChild(child)
    if (changed === undefined) return
    console.error(`\n${changed} has changed: starting again.`)
  }
}

/** A process that serves. It stops when the channel to it closes, so also when this process is killed. */
function startChild(args: readonly string[]): ChildProcess {
  // Every request is worth seeing here, and one process is enough.
  const env = { ...process.env, LOG_LEVEL: process.env.LOG_LEVEL || 'debug', WORKERS: '', [developmentVariable]: '1' }
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const
  const child = spawn(process.execPath, [process.argv[1]!, ...args], { env, stdio: [...stdio] })
  return child.once('exit', (code) => {
    if (code !== 0 && code !== null) console.error('\nWaiting for a file to change.')
  })
}

/** Longer than a clean stop takes. */
const stopDeadlineMs = 15_000

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  if (child.connected) child.disconnect()
  const deadline = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs)
  await once(child, 'exit')
  clearTimeout(deadline)
}
