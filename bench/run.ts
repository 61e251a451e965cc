import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fleet } from './fleet.ts'
import { makeProject } from './galley-package.ts'
import { beside } from './modes/beside.ts'
import { checkout } from './modes/checkout.ts'
import { compare } from './modes/compare.ts'
import { jobs } from './modes/jobs.ts'
import { profile } from './modes/profile.ts'
import { signIn } from './modes/sign-in.ts'
import { soak } from './modes/soak.ts'
import { startUp } from './modes/start-up.ts'
import { type Options, readOptions } from './options.ts'
import { circumstances } from './report.ts'
import { tell } from './tell.ts'

type Mode = (options: Options, fleet: Fleet, folder: string) => Promise<unknown>

const modes: Readonly<Record<Options['mode'], Mode>> = {
  compare,
  beside,
  checkout,
  jobs,
  soak,
  profile,
  'start-up': startUp,
  'sign-in': signIn,
}

const options = optionsOrEnd()
if (options !== undefined) await bench(options)
process.exit() // the PostgreSQL of this process ends with it

function optionsOrEnd(): Options | undefined {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${(error as Error).message} See --help.`)
    process.exit(2)
  }
}

async function bench(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'galley-bench-'))
  try {
    tell('building galley')
    const project = await makeProject(join(folder, 'project'), new URL('app.ts', import.meta.url), options.revision)
    const fleet = new Fleet(project)
    await modes[options.mode](options, fleet, folder).finally(() => fleet.stop())
    console.log(circumstances(options.revision))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
