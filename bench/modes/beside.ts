import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Fleet } from '../fleet.ts'
import type { Options } from '../options.ts'
import { readOne } from '../requests.ts'
import { tell } from '../tell.ts'

const goalMs = 10
const rate = 500

/** How long quick reads take while heavy work runs beside them, each kind alone and all together; on a million products. */
export async function beside(options: Options, fleet: Fleet): Promise<void> {
  for (const database of options.databases) {
    const { url } = await fleet.server({ contender: 'galley', database, size: 'large', hasAllCores: true })
    console.log(
      `${rate} reads of one record a second on ${database}, milliseconds from their planned time; p99 is to be under ${goalMs}`,
    )
    console.log(`${'beside'.padEnd(22)}     p50     p99     max  refused   of the other work: done refused`)
    for (const [label, works] of combinations) {
      tell(`reading beside ${label}`)
      const { read, done, refused } = await readBeside(url, works, options.seconds * options.rounds)
      const figures = [read.p50, read.p99, read.max].map((ms) => ms.toFixed(1).padStart(8)).join('')
      console.log(
        `${label.padEnd(22)}${figures}${`${read.refused + read.missing}`.padStart(9)}${`${done}`.padStart(31)}${`${refused}`.padStart(8)}`,
      )
    }
    console.log('')
  }
}

/** Does one heavy thing to its end, and says whether it was answered as it should. */
type Heavy = (url: string) => Promise<boolean>

const isAnswered = async (answer: Response) => {
  await answer.arrayBuffer()
  return answer.ok
}

const aggregate: Heavy = async (url) =>
  isAnswered(await fetch(`${url}/api/products/aggregate?groupBy=category&count&sum=price`))

const rows = Array.from({ length: 10_000 }, (_, index) => ({
  name: `Product ${index} ${'x'.repeat(480)}`,
  price: index,
}))
const fiveMegabytes = JSON.stringify({ rows })
const body: Heavy = async (url) => isAnswered(await post(`${url}/api/products/take`, fiveMegabytes))

const hashing: Heavy = async (url) => isAnswered(await post(`${url}/api/products/hash`, '{"password":"correct horse"}'))

/** The next 10 000 of all products in pages of 100, as somebody who takes them all would. */
function exporting(): Heavy {
  let after = ''
  return async (url) => {
    const answer = await fetch(`${url}/api/products?limit=100${after}`)
    if (!answer.ok) return isAnswered(answer)
    const { page } = (await answer.json()) as { page: { next: string | null } }
    after = page.next === null ? '' : `&after=${encodeURIComponent(page.next)}`
    return true
  }
}

function post(url: string, body: string): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
}

const all = (): readonly Heavy[] => [aggregate, aggregate, body, hashing, hashing, exporting()]

const combinations: readonly (readonly [string, () => readonly Heavy[]])[] = [
  ['nothing', () => []],
  ['aggregates', () => [aggregate, aggregate]],
  ['a 5 MB body', () => [body]],
  ['password hashing', () => [hashing, hashing]],
  ['an export', () => [exporting()]],
  ['all of them', all],
]

interface Read {
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly refused: number
  readonly missing: number
}

async function readBeside(url: string, works: () => readonly Heavy[], seconds: number) {
  const counts = { done: 0, refused: 0, isOver: false }
  const running = works().map((heavy) => repeat(heavy, url, counts))
  await paced(url, 2) // warm
  const read = await paced(url, seconds)
  counts.isOver = true
  await Promise.all(running)
  return { read, ...counts }
}

async function repeat(
  heavy: Heavy,
  url: string,
  counts: { done: number; refused: number; isOver: boolean },
): Promise<void> {
  while (!counts.isOver) {
    if (await heavy(url)) counts.done += 1
    else counts.refused += 1
  }
}

async function paced(url: string, seconds: number): Promise<Read> {
  const program = fileURLToPath(new URL('../paced.ts', import.meta.url))
  const args = [program, '--url', url + readOne.path, '--rate', `${rate}`, '--seconds', `${seconds}`]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout) as Read
}
