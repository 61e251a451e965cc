import { statSync } from 'node:fs'
import { databaseFromUrl } from '../app/database-from-url.ts'
import { canSendMail, mailerFromUrl } from '../app/mailer-from-url.ts'
import { compileApp, noMailSentence } from '../app/open-app.ts'
import { GalleyError } from '../base/error.ts'
import { defaultRateLimit } from '../http/http-server.ts'
import { asksTime } from '../model/asks-time.ts'
import type { CollectionModel, Model } from '../model/model.ts'
import { isForEveryone } from '../model/rule.ts'
import type { Database } from '../ports/database.ts'
import { migrationFolder, readMigrations } from '../schema/migration-folder.ts'
import { migrationStatus } from '../schema/migration-status.ts'
import { sqliteFile, withoutPassword } from './database-url.ts'
import type { Environment } from './environment.ts'
import type { Project } from './project.ts'

export interface Finding {
  /** `note`: works, but not as its words say. `unsafe`: works, but should not be so where others can reach it. */
  readonly kind: 'good' | 'note' | 'unsafe' | 'bad'
  readonly subject: string
  readonly sentence: string
}

/** Looks at everything that an application needs to be served well, and changes nothing. */
export async function examine(project: Project): Promise<readonly Finding[]> {
  const { environment } = project
  const node = good('Node', process.versions.node)
  const compiled = compileOrExplain(project)
  if (!('model' in compiled)) return [node, compiled.problem, ...addressFindings(environment)]
  const { model } = compiled
  return [
    node,
    good('declarations', `${counted(project.app.collections.length, 'collection')}, no problem in them.`),
    ...(await databaseFindings(project, model)),
    ...addressFindings(environment),
    ...mailFindings(model),
    ...settingFindings(model),
    ...ruleFindings(model),
    ...cacheFindings(model),
  ]
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`
const good = (subject: string, sentence: string): Finding => ({ kind: 'good', subject, sentence })
const note = (subject: string, sentence: string): Finding => ({ kind: 'note', subject, sentence })
const unsafe = (subject: string, sentence: string): Finding => ({ kind: 'unsafe', subject, sentence })
const bad = (subject: string, sentence: string): Finding => ({ kind: 'bad', subject, sentence })

function compileOrExplain({ app }: Project): { readonly model: Model } | { readonly problem: Finding } {
  try {
    return { model: compileApp(app) }
  } catch (error) {
    return { problem: bad('declarations', sentenceOf(error)) }
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof GalleyError) return error.message
  throw error
}

async function databaseFindings({ environment, migrationsFolder }: Project, model: Model): Promise<readonly Finding[]> {
  const { databaseUrl } = environment
  if (isMissingFile(databaseUrl))
    return [good('database', `${databaseUrl} will be made at the first start.`), ...placeFindings(databaseUrl)]
  try {
    const database = await databaseFromUrl(databaseUrl)
    try {
      await database.ping()
      return [
        good('database', `${withoutPassword(databaseUrl)} answers.`),
        ...placeFindings(databaseUrl),
        await schemaFinding(database, model, migrationsFolder),
      ]
    } finally {
      await database.close()
    }
  } catch (error) {
    return [bad('database', `${withoutPassword(databaseUrl)}: ${sentenceOf(error)}`)]
  }
}

/** Opening a SQLite file makes it, and looking must not. */
function isMissingFile(databaseUrl: string): boolean {
  const file = sqliteFile(databaseUrl)
  return file !== undefined && statSync(file, { throwIfNoEntry: false }) === undefined
}

function placeFindings(databaseUrl: string): readonly Finding[] {
  if (databaseUrl.includes(':memory:'))
    return [unsafe('database', 'It is in memory: all data is gone when the server stops.')]
  const { hostname, searchParams } = URL.parse(databaseUrl) ?? {}
  const isRemote = hostname !== undefined && !/^(localhost|127\.|\[::1\]|$)/.test(hostname)
  const isEncrypted = /^(require|verify-ca|verify-full)$/.test(searchParams?.get('sslmode') ?? '')
  if (sqliteFile(databaseUrl) !== undefined || !isRemote || isEncrypted) return []
  return [
    unsafe(
      'database',
      `The way to ${hostname} is not encrypted. Add ?sslmode=verify-full, unless the network is your own.`,
    ),
  ]
}

async function schemaFinding(database: Database, model: Model, folder: string): Promise<Finding> {
  const files = await readMigrations(migrationFolder(folder, database.dialect.name))
  const { isUpToDate, pending, plan, problem } = await migrationStatus(database, model, files)
  if (isUpToDate) return good('schema', 'The database is what the declarations say.')
  if (plan.isFirst) return good('schema', 'The database is empty; the first start makes its tables.')
  if (problem !== undefined) return bad('schema', problem)
  if (pending.length > 0) {
    const wait = pending.length === 1 ? 'waits' : 'wait'
    return bad('schema', `${counted(pending.length, 'migration file')} ${wait}. Run galley migrate apply.`)
  }
  return bad('schema', 'The database is not what the declarations say. See galley migrate status.')
}

function addressFindings({ host, port, baseUrl }: Environment): readonly Finding[] {
  const isLocal = /^(127\.|localhost$|::1$)/.test(host)
  return [
    good('address', `${host}:${port}${isLocal ? ', which only this machine reaches.' : '.'}`),
    baseUrlFinding(baseUrl),
  ]
}

function baseUrlFinding(baseUrl: string | undefined): Finding {
  if (baseUrl === undefined)
    return unsafe(
      'BASE_URL',
      'It is not set: links in mails need the address that users see, such as https://shop.example.',
    )
  if (baseUrl.startsWith('https:')) return good('BASE_URL', `${baseUrl}.`)
  return unsafe('BASE_URL', `${baseUrl} is not https: keys and data travel readable.`)
}

function mailFindings({ mails }: Model): readonly Finding[] {
  if (mails.size === 0) return []
  try {
    const surroundings = { baseUrl: undefined, isDevelopment: false, dataDir: undefined, variables: process.env }
    const mailer = mailerFromUrl(surroundings)
    if (!canSendMail(mailer)) return [unsafe('mail', noMailSentence)]
    if (mailer.inbox === undefined) return [good('mail', 'It is sent by SMTP.')]
    return [unsafe('mail', 'MAIL_URL keeps mails, and sends none. For production write smtps://user:password@host.')]
  } catch (error) {
    return [bad('mail', sentenceOf(error))]
  }
}

function settingFindings({ settings }: Model): readonly Finding[] {
  const { cors, rateLimit = defaultRateLimit, trustedProxies = [] } = settings
  const origins = cors?.origins ?? []
  const loose = origins.filter((origin) => !origin.startsWith('https://'))
  return [
    rateLimit === false
      ? unsafe('rate limit', 'It is turned off: one client can take all of the server.')
      : good('rate limit', `${rateLimit.max} requests in ${rateLimit.windowSeconds} s for each client.`),
    loose.length > 0
      ? unsafe('CORS', `Pages of ${loose.join(', ')} may call, which is not https.`)
      : good(
          'CORS',
          origins.length === 0 ? 'No page of another origin may call.' : `Pages of ${origins.join(', ')} may call.`,
        ),
    trustedProxies.length === 0
      ? good('proxies', 'None is trusted. Behind a proxy, set trustedProxies, or all clients count as one.')
      : good('proxies', `${trustedProxies.join(', ')} may say who the client is.`),
  ]
}

function ruleFindings({ collections }: Model): readonly Finding[] {
  const open = [...collections.values()].flatMap(openToAll)
  if (open.length === 0) return [good('rules', 'Nobody changes anything without being somebody.')]
  return open.map((what) => unsafe('rules', `Everyone may ${what}, without signing in. Is that meant?`))
}

function openToAll({ name, rules }: CollectionModel): readonly string[] {
  return (['create', 'update', 'delete'] as const)
    .filter((operation) => isForEveryone(rules[operation]))
    .map((operation) => `${operation} ${name}`)
}

function cacheFindings({ collections }: Model): readonly Finding[] {
  return [...collections.values()]
    .filter(({ cacheMaxAgeMs, rules }) => cacheMaxAgeMs !== undefined && asksTime(rules.read))
    .map(({ name }) => note('cache', `The read rule of ${name} asks for the time (now()): its answers are never kept.`))
}
