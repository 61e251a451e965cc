import { rush } from '../../tests/rush/rush.ts'
import { type DatabaseName, emptyDatabase } from '../databases.ts'
import type { Fleet } from '../fleet.ts'
import { median } from '../measure.ts'
import type { Options } from '../options.ts'
import { circumstances } from '../report.ts'
import { writeSection } from '../results-page.ts'
import { tell } from '../tell.ts'

const pieces = 100
const crowd = { buyers: 500, pieces, couponLimit: 50 }

/** How many orders a second the shop takes when 500 buyers come at once for 100 pieces, with and without processes that are killed. */
export async function checkout(options: Options, _fleet: Fleet, folder: string): Promise<void> {
  const lines = ['database  killed   buying s   orders/s   all settled s']
  console.log(lines[0])
  for (const database of options.databases)
    for (const killsAfter of [[], [30, 70]]) {
      const line = await measure(database, killsAfter, options.rounds, folder)
      console.log(line)
      lines.push(line)
    }
  if (options.writesResults)
    writeSection('Checkout', [settings, '```text', circumstances(options.revision), '', ...lines, '```'].join('\n'))
}

const settings = `By \`npm run bench -- --only checkout --write\`: 500 buyers come at once for 100 pieces and 50 coupons, each a guest with a cart of their own who
pays with two clicks while the provider's messages race. One process serves, two do jobs, and some of those are killed on the way. Every run is
checked: 100 orders, 50 coupons, 100 captures, and \`galley audit store\`. *Buying* ends when each has paid or knows that nothing is left.
`

async function measure(
  database: DatabaseName,
  killsAfter: readonly number[],
  rounds: number,
  folder: string,
): Promise<string> {
  const buying: number[] = []
  const settled: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    tell(`${database}: 500 buyers, ${killsAfter.length} processes killed, round ${round + 1} of ${rounds}`)
    const databaseUrl = await emptyDatabase(database, folder)
    const told = await rush({ ...crowd, killsAfter, databaseUrl })
    if (told.orders.paid !== pieces || told.couponUses !== 50 || told.captures !== pieces || told.audit.exitCode !== 0)
      throw new Error(`The shop was wrong: ${JSON.stringify(told, null, 2)}`)
    buying.push(told.buyingMs)
    settled.push(told.settledMs)
  }
  const seconds = (times: readonly number[]) => median(times) / 1_000
  const cells = [seconds(buying).toFixed(1), (pieces / seconds(buying)).toFixed(1), seconds(settled).toFixed(1)]
  return [database.padEnd(9), String(killsAfter.length).padEnd(6), ...cells.map((cell) => cell.padStart(10))].join(' ')
}
