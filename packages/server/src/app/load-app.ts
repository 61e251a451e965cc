import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { GalleyError } from '../base/error.ts'
import type { App } from '../model/app.ts'
import { appErrors } from './errors.ts'
import { placeOfFault } from './place-of-fault.ts'

/** What the module of an application exports. */
export interface AppModule {
  /** Absolute path. */
  readonly file: string
  readonly app: App
  /** Fills an empty database; called once, in one transaction, as the system. */
  readonly seed: ((db: never) => Promise<void>) | undefined
}

const usualPlaces = ['app.ts', 'app.js', 'src/app.ts', 'src/app.js']

/**
 * Loads the module of an application: its default export is `defineApp(…)`, a named export `seed` is optional.
 *
 * @param named  path from `cwd`; without it the usual places are tried.
 * @throws app_not_found, app_broken, app_no_app
 */
export async function loadApp(named: string | undefined, cwd = process.cwd()): Promise<AppModule> {
  const file = findModule(named, cwd)
  const module = await importModule(file)
  if (!isApp(module.default)) throw appErrors.no_app({ details: { module: file } })
  return {
    file,
    app: module.default,
    seed: typeof module.seed === 'function' ? (module.seed as AppModule['seed']) : undefined,
  }
}

function findModule(named: string | undefined, cwd: string): string {
  const places = (named === undefined ? usualPlaces : [named]).map((place) => resolve(cwd, place))
  const found = places.find((place) => existsSync(place))
  if (found === undefined)
    throw appErrors.not_found({ details: { place: named ?? `${cwd} (looked for ${usualPlaces.join(', ')})` } })
  return found
}

async function importModule(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (error) {
    if (error instanceof GalleyError) throw error
    throw appErrors.broken({ cause: error, details: { module: file, reason: reasonOf(error) } })
  }
}

function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  const place = placeOfFault(error)
  return place === undefined ? reason : `${reason} (at ${place})`
}

function isApp(value: unknown): value is App {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'app'
}
