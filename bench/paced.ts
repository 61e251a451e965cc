import { Agent, get } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'

/**
 * Asks for a URL at planned times, whether the answers before have come or not, and tells how long each took *from its
 * planned time*: a server that stands still for a second has then made all those wait who would have come meanwhile.
 *
 * A process of its own: `node paced.ts --url … --rate 500 --seconds 10` prints milliseconds as JSON.
 */
const { values } = parseArgs({
  options: { url: { type: 'string' }, rate: { type: 'string' }, seconds: { type: 'string' } },
})
const url = new URL(values.url!)
const intervalMs = 1000 / Number(values.rate)
const count = Number(values.rate) * Number(values.seconds)
const agent = new Agent({ keepAlive: true, maxSockets: 256 })

const tookMs: number[] = []
let refused = 0

const began = performance.now() + 100
for (let sent = 0; sent < count; ) {
  while (sent < count && began + sent * intervalMs <= performance.now()) {
    ask(began + sent * intervalMs)
    sent += 1
  }
  await wait(1)
}
for (let turn = 0; turn < 1000 && tookMs.length < count; turn += 1) await wait(10)

tookMs.sort((left, right) => left - right)
const share = (part: number) => tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * part))]
console.log(
  JSON.stringify({ p50: share(0.5), p99: share(0.99), max: tookMs.at(-1), refused, missing: count - tookMs.length }),
)
process.exit()

function ask(plannedAt: number): void {
  const end = (isGood: boolean) => {
    tookMs.push(performance.now() - plannedAt)
    if (!isGood) refused += 1
  }
  get(url, { agent }, (answer) => {
    answer.resume()
    answer.once('end', () => end(answer.statusCode === 200))
  }).once('error', () => end(false))
}
