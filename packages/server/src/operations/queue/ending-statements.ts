import type { Statement } from '../../ports/database.ts'
import type { Outcome } from '../../ports/queue.ts'
import type { JobEndings } from './job-endings.ts'
import type { JobStatements } from './job-statements.ts'

/** The statements that note how jobs ended: one for all that ended alike. */
export function endingStatements(
  outcomes: readonly Outcome[],
  now: string,
  statements: Pick<JobStatements, 'removeDone'>,
  endings: JobEndings,
): readonly Statement[] {
  const gone = outcomes.filter(isGone)
  const kept = outcomes.filter((outcome) => outcome.kind === 'done').filter(({ keepMs }) => keepMs > 0)
  const released = outcomes.filter(({ kind }) => kind === 'release').map(({ hold }) => hold)
  const all = [
    ...holdsBy(gone, ({ hold }) => hold.fence).map(([, holds]) => statements.removeDone(holds)),
    ...holdsBy(kept, ({ keepMs }) => keepMs).map(([keepMs, holds]) => endings.keepDone(holds, keepMs, now)),
  ]
  if (released.length > 0) all.push(endings.release(released))
  for (const outcome of outcomes) {
    if (isGone(outcome)) continue
    if (outcome.kind === 'retry') all.push(endings.postpone(outcome, now))
    else if (outcome.kind === 'dead' || outcome.kind === 'cancelled') all.push(endings.finish(outcome, now))
  }
  return all
}

function isGone(outcome: Outcome): boolean {
  return 'keepMs' in outcome && outcome.keepMs <= 0
}

function holdsBy<O extends Outcome>(outcomes: readonly O[], by: (outcome: O) => number) {
  return [...Map.groupBy(outcomes, by)].map(([value, some]) => [value, some.map(({ hold }) => hold)] as const)
}
