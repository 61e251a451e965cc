import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { declarations } from '../bench/types/declarations.ts'

/** What types cost: recorded, so that a change that makes editors slow is noticed. */
export interface TypeBudget {
  /** Collections of the generated application. */
  readonly collections: number
  /** Type instantiations that these collections and what is done with them add to a program with one collection. */
  readonly instantiations: number
}

export const budgetPath = 'bench/types/budget.json'
const tolerance = 0.1
const workFolder = '.galley/type-budget'

/** Compiles the generated application and counts. */
export function measureTypes(collections: number): TypeBudget {
  return { collections, instantiations: instantiationsOf(collections) - instantiationsOf(1) }
}

/** Says what is wrong with a measurement, or nothing. */
export function budgetProblem(measured: TypeBudget, budget: TypeBudget): string | undefined {
  const highest = Math.round(budget.instantiations * (1 + tolerance))
  if (measured.instantiations <= highest) return undefined
  return (
    `The types of ${budget.collections} collections cost ${measured.instantiations} instantiations; the budget is ` +
    `${budget.instantiations}, at most ${highest}. Make them cheaper, or record why: node scripts/type-budget.ts --record`
  )
}

export function recordedBudget(): TypeBudget {
  return JSON.parse(readFileSync(budgetPath, 'utf8'))
}

function instantiationsOf(collections: number): number {
  const folder = join(workFolder, String(collections))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'app.ts'), declarations(collections))
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../../tsconfig.json', include: ['app.ts'], exclude: [] }),
  )
  const tsc = 'node_modules/typescript/bin/tsc'
  // With several checkers, what they share is counted more than once.
  const flags = ['-p', folder, '--extendedDiagnostics', '--singleThreaded']
  const report = execFileSync(process.execPath, [tsc, ...flags], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return Number(/^Instantiations:\s+(\d+)$/m.exec(report)?.[1])
}

if (import.meta.main) {
  const measured = measureTypes(recordedBudget().collections)
  console.log(`Types of ${measured.collections} collections: ${measured.instantiations} instantiations.`)
  if (process.argv.includes('--record')) writeFileSync(budgetPath, `${JSON.stringify(measured, null, 2)}\n`)
  const problem = budgetProblem(measured, recordedBudget())
  if (problem !== undefined) console.error(problem)
  process.exitCode = problem === undefined ? 0 : 1
}
