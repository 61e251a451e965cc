import { resolve } from 'node:path'
import { localPath } from './project.ts'

/** A file as it is found from where the person called npm, which may be the root of a workspace. */
export function shownDatabase(databaseUrl: string): string {
  const file = sqliteFile(databaseUrl)
  return file === undefined ? withoutPassword(databaseUrl) : localPath(resolve(file), process.env.INIT_CWD)
}

/** The file of a database URL; undefined when its database is none. */
export function sqliteFile(databaseUrl: string): string | undefined {
  return /^sqlite:(?:\/\/)?(?!:memory:)(.+)$/.exec(databaseUrl)?.[1]
}

/** A database URL as it may be shown. */
export function withoutPassword(databaseUrl: string): string {
  return databaseUrl.replace(/(:\/\/[^:@/]*):[^@/]*@/, '$1:…@')
}

/** The `host:port` of the PostgreSQL server that a database URL names; undefined when it names none. */
export function databasePlace(databaseUrl = ''): string | undefined {
  const url = /^postgres(ql)?:/.test(databaseUrl) ? URL.parse(databaseUrl) : null
  return url === null || url.hostname === '' ? undefined : `${url.hostname}:${url.port || '5432'}`
}
