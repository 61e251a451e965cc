import { load } from './load.ts'
import { cpuMs } from './process-figures.ts'
import type { Server } from './server.ts'
import type { Case, Work } from './works.ts'

/** Medians over the rounds. */
export interface Figures {
  readonly label: string
  /** Per second; requests, or what one request does many of. */
  readonly rate: number
  readonly p99Ms: number
  /** Requests of all rounds that were not answered as they should. */
  readonly refused: number
  /** Processor time of the server for each, in microseconds. */
  readonly cpuUs: number
}

export interface Running {
  readonly case: Case
  readonly server: Server
}

export interface Duration {
  readonly rounds: number
  readonly seconds: number
  readonly folder: string
}

/** Loads the cases in turns, so that what else the machine does meets all of them alike. */
export async function measure(
  work: Work,
  running: readonly Running[],
  duration: Duration,
): Promise<readonly Figures[]> {
  for (const one of running) await loadOnce(work, one, { ...duration, seconds: 1 })
  const samples = new Map<string, Figures[]>(running.map((one) => [one.case.label, []]))
  for (let round = 0; round < duration.rounds; round += 1) {
    const turn = round % 2 === 0 ? running : running.toReversed()
    for (const one of turn) samples.get(one.case.label)!.push(await loadOnce(work, one, duration))
  }
  return [...samples.values()].map(medians)
}

async function loadOnce(work: Work, running: Running, { seconds, folder }: Duration): Promise<Figures> {
  const { label, request, units = 1 } = running.case
  const { url, pid } = running.server
  const before = cpuMs(pid)
  const { rate, count, refused, p99Ms } = await load({ url, request, connections: work.connections, seconds, folder })
  const cpuUs = ((cpuMs(pid) - before) * 1000) / count
  return { label, rate: rate * units, p99Ms, refused, cpuUs: cpuUs / units }
}

function medians(samples: readonly Figures[]): Figures {
  const of = (name: 'rate' | 'p99Ms' | 'cpuUs') => median(samples.map((sample) => sample[name]))
  const refused = samples.reduce((sum, sample) => sum + sample.refused, 0)
  return { label: samples[0]!.label, rate: of('rate'), p99Ms: of('p99Ms'), cpuUs: of('cpuUs'), refused }
}

export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]!
}
