import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { CheckpointAnswer } from './checkpoint-answer.ts'

/** A thread that moves the log into the database file whenever it is told to. Disk flushes stop only this thread. */
function serve(file: string): void {
  const database = new DatabaseSync(file, { timeout: 0 })
  database.exec('pragma synchronous = full; pragma wal_autocheckpoint = 0; pragma cache_size = -1000')
  // `passive` waits for nobody: it moves what no reader needs in the log any more.
  const checkpoint = database.prepare('pragma wal_checkpoint(passive)')
  parentPort?.on('message', (word: 'checkpoint' | 'close') => {
    if (word === 'checkpoint') return tell(checkpoint.get() as Record<'busy' | 'log' | 'checkpointed', number>)
    database.close()
    parentPort?.close()
  })
}

function tell({ busy, log, checkpointed }: Record<'busy' | 'log' | 'checkpointed', number>): void {
  parentPort?.postMessage({ pages: log, isComplete: busy === 0 && checkpointed === log } satisfies CheckpointAnswer)
}

serve(workerData as string)
