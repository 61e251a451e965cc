import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ServerSpec } from './contenders.ts'
import type { Command } from './server.ts'
import { tell } from './tell.ts'

const folder = fileURLToPath(new URL('contenders/peers', import.meta.url))
const compiler = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))

/** Installs what people write instead, from its own lockfile, and compiles what Node cannot run as it is (decorators). */
export async function installPeers(): Promise<void> {
  if (!isInstalled()) {
    tell('installing the other frameworks')
    await promisify(execFile)('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund'], { cwd: folder })
  }
  await promisify(execFile)(process.execPath, [compiler, '-p', join(folder, 'nest/tsconfig.json')])
}

/** The module of a queue of jobs that people use. */
export function queuePeer(name: string): string {
  return join(folder, 'queues', `${name}.ts`)
}

function isInstalled(): boolean {
  const [installed, wanted] = ['node_modules/.package-lock.json', 'package-lock.json'].map((file) => join(folder, file))
  return existsSync(installed!) && statSync(installed!).mtimeMs >= statSync(wanted!).mtimeMs
}

export function peerCommand({ contender }: ServerSpec): Pick<Command, 'command' | 'cwd' | 'environment'> {
  const file = contender === 'nest' ? 'nest/dist/server.js' : `${contender}/server.ts`
  return { command: [process.execPath, join(folder, file)], cwd: folder, environment: {} }
}
