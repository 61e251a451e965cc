import { cliErrors } from './errors.ts'

/** What the surroundings decide: where the data lies, where the server listens, how much is logged. */
export interface Environment {
  readonly databaseUrl: string
  readonly dataDir: string
  readonly host: string
  readonly port: number
  /** Of the outside, for links: `https://shop.example`. Undefined: what is listened on. */
  readonly baseUrl: string | undefined
  readonly logLevel: LogLevel
}

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Reads PORT, HOST, DATABASE_URL, DATA_DIR, BASE_URL and LOG_LEVEL. An empty variable counts as not set.
 *
 * @param name  of the file of the default database: `store` makes it `./data/store.db`.
 * @param defaultDataDir  the default of DATA_DIR.
 * @throws cli_bad_environment
 */
export function readEnvironment(name: string, defaultDataDir: string, variables: Variables): Environment {
  const dataDir = variables.DATA_DIR || defaultDataDir
  return {
    databaseUrl: variables.DATABASE_URL || `sqlite:${dataDir}/${fileName(name)}.db`,
    dataDir,
    host: variables.HOST || '127.0.0.1',
    port: portFrom(variables),
    baseUrl: baseUrlFrom(variables),
    logLevel: logLevelFrom(variables),
  }
}

function fileName(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'app'
  )
}

export const defaultPort = 3000

function portFrom({ PORT }: Variables): number {
  if (PORT === undefined || PORT === '') return defaultPort
  if (isPort(PORT)) return Number(PORT)
  throw badVariable('PORT', PORT, wantedPort)
}

export const wantedPort = 'a number from 0 to 65535'

export function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
}

function baseUrlFrom({ BASE_URL }: Variables): string | undefined {
  if (BASE_URL === undefined || BASE_URL === '') return undefined
  const url = URL.parse(BASE_URL)
  const isGood = url !== null && /^https?:$/.test(url.protocol) && url.search + url.hash + url.username === ''
  if (isGood) return url.href.replace(/\/$/, '')
  throw badVariable('BASE_URL', BASE_URL, 'an address such as https://shop.example')
}

function logLevelFrom({ LOG_LEVEL }: Variables): LogLevel {
  const level = logLevels.find((known) => known === (LOG_LEVEL || 'info'))
  if (level !== undefined) return level
  throw badVariable('LOG_LEVEL', LOG_LEVEL, `one of ${logLevels.join(', ')}`)
}

function badVariable(name: string, value: string | undefined, wanted: string) {
  return cliErrors.bad_environment({ details: { name, value, wanted } })
}
