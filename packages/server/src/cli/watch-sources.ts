import { type FSWatcher, readdirSync, watch } from 'node:fs'
import { join, relative, resolve } from 'node:path'

const sourcePattern = /\.([cm]?[jt]s|json|sql)$|^\.env$/
const ignoredFolders = new Set(['node_modules', 'dist'])
const settleMs = 80

export interface NextChange {
  /** Of the first source file that is changed, when nothing more has happened for a moment. */
  readonly path: Promise<string>
  stop(): void
}

/**
 * Waits for a source file in `root` or below to be changed.
 *
 * @param except  a folder to leave out, such as that of the data.
 */
export function nextChange(root: string, except: string): NextChange {
  const { promise, resolve: settle } = Promise.withResolvers<string>()
  let timer: NodeJS.Timeout | undefined
  const changed = (path: string) => {
    clearTimeout(timer)
    timer = setTimeout(settle, settleMs, path)
  }
  const watchers = foldersIn(resolve(root), resolve(root, except)).map((folder) =>
    watchFolder(folder, (name) => changed(relative(root, join(folder, name)))),
  )
  return {
    path: promise,
    stop() {
      clearTimeout(timer)
      for (const watcher of watchers) watcher.close()
    },
  }
}

function watchFolder(folder: string, onChange: (name: string) => void): FSWatcher {
  const watcher = watch(folder, (_event, name) => {
    if (name !== null && sourcePattern.test(name)) onChange(name)
  })
  return watcher.on('error', () => watcher.close()) // the folder is gone
}

function foldersIn(folder: string, except: string): readonly string[] {
  const inside = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !ignoredFolders.has(entry.name))
    .map((entry) => join(folder, entry.name))
    .filter((path) => path !== except)
  return [folder, ...inside.flatMap((path) => foldersIn(path, except))]
}
