import { writeFileSync } from 'node:fs'
import { checkAnswers } from '../check-answers.ts'
import { isPeer, type ServerSpec } from '../contenders.ts'
import type { DatabaseName } from '../databases.ts'
import type { Fleet } from '../fleet.ts'
import { measure } from '../measure.ts'
import type { Options } from '../options.ts'
import { installPeers } from '../peers.ts'
import { circumstances, headerLine, jsonFrom, type Result, resultLines } from '../report.ts'
import { writeResults } from '../results-page.ts'
import { tell } from '../tell.ts'
import type { Work } from '../works.ts'
import { startUp } from './start-up.ts'

/** Measures the works one after the other, the contenders of each in turns. */
export async function compare(options: Options, fleet: Fleet, folder: string): Promise<void> {
  const contenders = await availableContenders(options)
  const results: Result[] = []
  console.log(headerLine())
  for (const database of options.databases)
    for (const work of options.works.filter(canBeMeasured(options))) {
      const result = await measureOne(work, database, { ...options, contenders }, fleet, folder).catch(
        failed(work, database),
      )
      if (result === undefined) continue
      console.log(resultLines(result).join('\n'))
      results.push(result)
    }
  const where = circumstances(options.revision)
  if (options.jsonFile !== undefined) writeFileSync(options.jsonFile, jsonFrom(results, where))
  if (options.writesResults) writeResults(results, await startUp(options, fleet, folder), where, options)
}

/** Without the network, what is not installed yet is left out. */
async function availableContenders({ contenders }: Options): Promise<Options['contenders']> {
  if (!contenders.some(isPeer)) return contenders
  try {
    await installPeers()
    return contenders
  } catch (error) {
    tell(`Without the other frameworks, which cannot be installed: ${(error as Error).message}`)
    return contenders.filter((name) => !isPeer(name))
  }
}

/** What goes wrong in one work is told, and the others are measured all the same. */
function failed(work: Work, database: DatabaseName): (error: Error) => undefined {
  return ({ message }) => {
    tell(`${work.name} on ${database} could not be measured. ${message}`)
    process.exitCode = 1
  }
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
  const url = async (spec: ServerSpec) => (await fleet.server(spec)).url
  const running = []
  for (const one of await work.cases({ database, contenders, original, url }))
    running.push({ case: one, server: await fleet.server(one.server) })
  await checkAnswers(work, running)
  tell(`measuring ${work.name} on ${database}`)
  return { work, database, figures: await measure(work, running, { rounds, seconds, folder }) }
}
