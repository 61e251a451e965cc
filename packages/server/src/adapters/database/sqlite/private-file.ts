import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PrivateFile {
  readonly file: string
  /** Takes the name away. Call it once the file is open, and again when it is closed. */
  forget(): void
}

/**
 * Makes room for a database that nobody else can see, in memory where the system has a file system for that.
 *
 * SQLite's own `:memory:` cannot let one connection read beside another that writes. After the first `forget()` the
 * file has no name and lives as long as it is open, so nothing is left behind however the process ends. Windows
 * refuses to take the name of an open file away: there the second call does it.
 */
export function makePrivateFile(): PrivateFile {
  const folder = mkdtempSync(join(isWritable('/dev/shm') ? '/dev/shm' : tmpdir(), 'galley-'))
  return { file: join(folder, 'private.db'), forget: () => removeIfPossible(folder) }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function removeIfPossible(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {}
}
