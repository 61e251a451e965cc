import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningGalley } from './run-galley.ts'

/** An application of which every worker can be asked. */
export const shop = (name = 'Tea shop', rateLimit = 'false') => `
import { action, collection, defineApp, everyone, text } from 'galley'
const teas = collection('teas', {
  fields: { name: text() },
  rules: { read: everyone(), create: everyone() },
  cache: { maxAge: '1m' },
})
const brew = action('teas', 'brew', {
  on: 'collection',
  allow: everyone(),
  run: () => new Promise((resolve) => setTimeout(resolve, 1_000)),
})
export default defineApp({ name: '${name}', collections: [teas], actions: [brew], settings: { rateLimit: ${rateLimit} } })
export const seed = async (db: any) => void (await db.teas.create({ name: 'Sencha' }))
`

interface Line {
  readonly msg: string
  readonly worker?: number
  readonly pid?: number
}

export function linesOf({ output }: RunningGalley): readonly Line[] {
  const whole = output.stdout.slice(0, output.stdout.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

export function serving(server: RunningGalley): readonly Line[] {
  return linesOf(server).filter((line) => line.msg === 'a worker serves')
}

export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let waitedMs = 0; !(await isSo()); waitedMs += 20) {
    if (waitedMs > 20_000) throw new Error(`It never was so: ${what}.`)
    await sleep(20)
  }
}

/** Replaces all workers and waits until that is done. */
export async function restart(server: RunningGalley): Promise<void> {
  const done = () => linesOf(server).filter((line) => line.msg === 'all workers were replaced').length
  const before = done()
  server.process.kill('SIGHUP')
  await until(() => done() > before, 'all workers were replaced')
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

export const count = async (url: string): Promise<number> =>
  ((await (await fetch(`${url}/api/teas?count=exact&limit=1`)).json()) as { page: { total: number } }).page.total
