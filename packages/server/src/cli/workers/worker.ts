import cluster, { type Worker } from 'node:cluster'
import { openClusterBus } from '../../adapters/bus/cluster/index.ts'
import type { Served } from '../../app/serve-app.ts'
import type { StopOptions } from '../../http/http-server.ts'
import { type ServeOptions, serveProject } from '../serve-project.ts'
import { isOrder, type Ready } from './messages.ts'

/** Serves as one of several processes, until the one that watches over them says so, or is gone. */
export async function serveAsWorker(options: ServeOptions): Promise<void> {
  const worker = cluster.worker!
  const isFirst = process.env.GALLEY_WORKER === 'first'
  const orders = new Orders(worker)
  try {
    await serveProject(
      { ...options, seed: options.seed && isFirst },
      {
        stop: orders.stop,
        tellsChanges: isFirst,
        openBus: (log) => openClusterBus(log),
        logBase: { worker: worker.id, pid: process.pid },
        onServed(served, banner) {
          orders.served = served
          worker.send({ galley: 'ready', banner } satisfies Ready)
        },
      },
    )
  } finally {
    worker.exitedAfterDisconnect = true // so that the end of the channel is not the end of the process
    if (worker.isConnected()) worker.process.disconnect()
  }
}

class Orders {
  /** Resolves with the first order. */
  readonly stop: Promise<StopOptions>
  served: Served | undefined

  constructor(worker: Worker) {
    const { promise, resolve } = Promise.withResolvers<StopOptions>()
    this.stop = promise
    process.on('message', (message) => {
      if (!isOrder(message)) return
      resolve({ isReplaced: message.galley === 'retire' })
      if (message.galley === 'stop') void this.served?.stop() // after the order to retire: hurry
    })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve({}))
    process.on('SIGHUP', () => {}) // goes to the whole group when a terminal is closed
    worker.once('disconnect', () => {
      worker.exitedAfterDisconnect = true // Node would end the process at once
      resolve({})
    })
  }
}
