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

async function load<Module>(driver: string, importIt: () => Promise<Module>): Promise<Module> {
  try {
    return await importIt()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw queueErrors.driver_missing({ cause, details: { driver } })
  }
}
