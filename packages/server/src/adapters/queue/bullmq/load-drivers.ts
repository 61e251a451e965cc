import { loadOptional } from '../../../base/optional-package.ts'
import { queueErrors } from '../../../ports/queue-errors.ts'

export interface Drivers {
  readonly bullmq: typeof import('bullmq')
  readonly ioredis: Pick<typeof import('ioredis'), 'Redis'>
}

/** Loads `bullmq` and `ioredis`, which only applications that keep their jobs in Redis install. @throws queue_driver_missing */
export async function loadDrivers(): Promise<Drivers> {
  return {
    bullmq: await load('bullmq', () => import('bullmq')),
    ioredis: await load('ioredis', () => import('ioredis')),
  }
}

function load<Module>(driver: string, importIt: () => Promise<Module>): Promise<Module> {
  return loadOptional(importIt, (cause) => queueErrors.driver_missing({ cause, details: { driver } }))
}
