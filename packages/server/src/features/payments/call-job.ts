import { type Job, job, text } from '../../plugin.ts'
import type { PaymentsKit } from './kit.ts'
import { performOperation } from './perform.ts'
import { callJobName } from './schedule.ts'

/** Calls the provider, or finds out what has become of a call. */
export function callJob(kit: PaymentsKit): Job {
  return job(callJobName, {
    description: 'Calls the provider of payments, or finds out what has become of a call.',
    input: { operation: text({ max: 60 }) },
    // Two days in all: as long as a provider may be away, or a refund takes that is not made at once.
    retry: { attempts: 60, backoff: 'exponential', delay: '5s', maxDelay: '1h' },
    timeout: '2m',
    priority: 20,
    unique: true,
    run: ({ input }) => performOperation(input.operation, kit),
  })
}
