import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

/** The folder of the `package.json` this very code belongs to: `packages/server` in the repository, `node_modules/galley` elsewhere. */
export const packageFolder = dirname(nearest('package.json', import.meta.dirname))

/** The version of the Galley that is running. */
export function installedVersion(): string {
  return JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version
}

/**
 * Says how `package.json` in `folder` has to name Galley to get the one that is running:
 * a range when it came from a registry, else `file:` and the path to the tarball or folder it came from.
 */
export function dependencyFor(folder: string): string {
  const origin = isInstalled() ? installedFrom() : packageFolder
  return origin === undefined ? `^${installedVersion()}` : `file:${pathFrom(folder, origin)}`
}

function isInstalled(): boolean {
  return packageFolder.split(sep).includes('node_modules')
}

/** The file or folder npm installed this package from; undefined for a registry. */
function installedFrom(): string | undefined {
  const modules = dirname(packageFolder)
  const resolved = installRecord(modules)?.packages?.['node_modules/galley']?.resolved
  if (resolved === undefined || !resolved.startsWith('file:')) return undefined
  const origin = resolve(dirname(modules), decodeURI(resolved.slice('file:'.length)))
  return existsSync(origin) ? origin : packageFolder
}

interface InstallRecord {
  readonly packages?: Readonly<Record<string, { readonly resolved?: string }>>
}

// npm writes down where each package came from; other package managers do not, and then a registry is assumed.
function installRecord(modules: string): InstallRecord | undefined {
  const path = join(modules, '.package-lock.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/** From the real place of `folder`, which does not have to exist yet: npm resolves links before it reads the path. */
function pathFrom(folder: string, target: string): string {
  const home = existsSync(folder)
    ? realpathSync(folder)
    : join(realpathSync(dirname(folder)), folder.split(sep).at(-1)!)
  return relative(home, target).split(sep).join('/')
}

function nearest(name: string, folder: string): string {
  const path = join(folder, name)
  return existsSync(path) ? path : nearest(name, dirname(folder))
}
