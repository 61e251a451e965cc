import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { FileSource, StoredFile } from '../../../ports/file-store.ts'

/** Writes a new file and waits until it is on the disk. Nothing is asked of the source that is not written yet. */
export async function writeSource(source: FileSource, path: string): Promise<StoredFile> {
  const file = await open(path, 'wx', 0o600)
  const sum = createHash('sha256')
  let bytes = 0
  try {
    for await (const piece of source instanceof Uint8Array ? [source] : source) {
      sum.update(piece)
      await file.writeFile(piece) // all of it, from where the last one ended
      bytes += piece.length
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { bytes, sha256: sum.digest('hex') }
}
