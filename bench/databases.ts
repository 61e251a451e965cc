import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgresServer, testPostgresUrl } from '../tests/postgres-server.ts'
import { customer } from './data.ts'
import { fill } from './fill.ts'
import type { Project } from './galley-package.ts'

export const databaseNames = ['sqlite', 'postgres'] as const
export type DatabaseName = (typeof databaseNames)[number]

/** A filled database that no contender touches, and the API key of its customer. */
export interface Original {
  readonly url: string
  readonly key: string
  /** A database of its own for one contender. */
  copy(): Promise<string>
}

let hasServer = false

/** One server for all contenders, as one is set up where data must not be lost. */
function postgresUrl(): Promise<string> {
  if (!hasServer)
    process.env.GALLEY_TEST_POSTGRES = startPostgresServer(['shared_buffers=256MB', 'max_wal_size=4GB']).url
  hasServer = true
  return testPostgresUrl()
}

/** Makes the tables as galley does, one API key, and `products` products. */
export async function makeOriginal(name: DatabaseName, products: number, project: Project): Promise<Original> {
  const url = name === 'sqlite' ? `sqlite:${newFile(project.folder)}` : await postgresUrl()
  const key = await project.run({ DATABASE_URL: url }, 'key', 'create', '--name', 'bench', '--actor', customer)
  await fill(url, products)
  return { url, key, copy: () => (name === 'sqlite' ? copyFile(url, project) : copyPostgres(url)) }
}

/** One that has no tables. */
export async function emptyDatabase(name: DatabaseName, folder: string): Promise<string> {
  return name === 'sqlite' ? `sqlite:${newFile(folder)}` : postgresUrl()
}

let files = 0

function newFile(folder: string): string {
  files += 1
  return join(folder, `${files}.db`)
}

async function copyFile(url: string, project: Project): Promise<string> {
  const copy = newFile(project.folder)
  copyFileSync(url.slice('sqlite:'.length), copy)
  return `sqlite:${copy}`
}

async function copyPostgres(url: string): Promise<string> {
  const copy = await testPostgresUrl()
  const client = new pg.Client({ connectionString: urlOf(url, 'postgres') })
  await client.connect()
  await client.query(`drop database ${nameIn(copy)}`)
  await client.query(`create database ${nameIn(copy)} template ${nameIn(url)} strategy file_copy`)
  await client.end()
  return copy
}

function nameIn(url: string): string {
  return new URL(url).pathname.slice(1)
}

function urlOf(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href
}
