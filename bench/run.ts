import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkAnswers } from './check-answers.ts'
import { isPeer, type ServerSpec } from './contenders.ts'
import type { DatabaseName } from './databases.ts'
import { Fleet } from './fleet.ts'
import { makeProject } from './galley-package.ts'
import { measure } from './measure.ts'
import { type Options, readOptions } from './options.ts'
import { installPeers } from './peers.ts'
import { circumstances, headerLine, jsonFrom, type Result, resultLines } from './report.ts'
import { tell } from './tell.ts'
import type { Work } from './works.ts'

const options = readOptions(process.argv.slice(2))
if (options !== undefined) await bench(options)
process.exit() // the PostgreSQL of this process ends with it

async function bench(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'galley-bench-'))
  try {
    tell('building galley')
    const project = await makeProject(join(folder, 'project'), new URL('app.ts', import.meta.url), options.revision)
    if (options.contenders.some(isPeer)) await installPeers()
    const fleet = new Fleet(project)
    const results = await measureAll(options, fleet, folder).finally(() => fleet.stop())
    report(options, results)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureAll(options: Options, fleet: Fleet, folder: string): Promise<readonly Result[]> {
  const results: Result[] = []
  console.log(headerLine())
  for (const database of options.databases)
    for (const work of options.works.filter(canBeMeasured(options))) {
      const result = await measureOne(work, database, options, fleet, folder)
      console.log(resultLines(result).join('\n'))
      results.push(result)
    }
  return results
}

function canBeMeasured({ isLarge }: Options): (work: Work) => boolean {
  return (work) => {
    if (work.isLarge && !isLarge) tell(`${work.name} needs --large`)
    return isLarge || !work.isLarge
  }
}

async function measureOne(
  work: Work,
  database: DatabaseName,
  { contenders, rounds, seconds }: Options,
  fleet: Fleet,
  folder: string,
): Promise<Result> {
  const original = await fleet.original({ database, size: 'small' })
  const running = []
  const url = async (spec: ServerSpec) => (await fleet.server(spec)).url
  for (const one of await work.cases({ database, contenders, original, url }))
    running.push({ case: one, server: await fleet.server(one.server) })
  await checkAnswers(work, running)
  tell(`measuring ${work.name} on ${database}`)
  return { work, database, figures: await measure(work, running, { rounds, seconds, folder }) }
}

function report({ revision, jsonFile }: Options, results: readonly Result[]): void {
  const where = circumstances(revision)
  console.log(where)
  if (jsonFile !== undefined) writeFileSync(jsonFile, jsonFrom(results, where))
}
