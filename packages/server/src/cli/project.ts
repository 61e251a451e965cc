import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { type AppModule, loadApp } from '../app/load-app.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { cliErrors } from './errors.ts'
import { packageFolder } from './installed-package.ts'

/** An application together with where it lies. */
export interface Project extends AppModule {
  readonly environment: Environment
  readonly migrationsFolder: string
}

/** Option of every command that works on an application. */
export const appOption = Object.freeze({
  type: 'string',
  value: 'file',
  description: 'Module of the application. Default: app.ts, app.js or the same in src/.',
} as const)

/**
 * Finds the application that a command is for. Its data and its migrations lie beside its package.json, wherever the command is called.
 *
 * @param changes  variables that options of the command stand for, such as PORT.
 */
export async function findProject(
  file: string | undefined,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<Project> {
  const module = await loadApp(file)
  requireSameGalley(module.file)
  const folder = packageFolderOf(dirname(module.file))
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
  return {
    ...module,
    environment: readEnvironment(nameOf(folder), localPath(join(folder, 'data')), { ...process.env, ...given }),
    migrationsFolder: localPath(join(folder, 'migrations')),
  }
}

/** Of the package: what an application calls itself is for people, and may change without its data being lost from sight. */
function nameOf(folder: string): string {
  const manifest = join(folder, 'package.json')
  const { name } = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {}
  return typeof name === 'string' ? name : basename(folder)
}

/** Rules and errors of another copy would not be recognized by this one. */
function requireSameGalley(file: string): void {
  const theirs = realpathSync(dirname(createRequire(file).resolve('galley/package.json')))
  if (theirs === realpathSync(packageFolder)) return
  throw cliErrors.other_galley({ details: { theirs, ours: packageFolder } })
}

/** The nearest folder with a package.json, from `folder` upwards; `folder` itself when there is none. */
function packageFolderOf(folder: string): string {
  for (let place = folder; dirname(place) !== place; place = dirname(place)) {
    if (existsSync(join(place, 'package.json'))) return place
  }
  return folder
}

/** As a person in a folder would write it; by default in the current one. */
export function localPath(path: string, folder = ''): string {
  const local = relative(folder, path)
  return local.startsWith('..') ? path : `./${local}`
}
