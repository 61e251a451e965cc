import { testPostgresUrl } from './postgres-server.ts'

export interface TestDatabase {
  readonly name: 'sqlite' | 'postgres'
  /** Of an empty database for one application; SQLite forgets it when the application closes it. */
  url(): Promise<string>
  /** DATABASE_URL of an empty database that several processes of a project use; empty: the file that is the default. */
  projectUrl(): Promise<string>
}

/** The databases that every promise to an application is tested on: a new one is one line. */
export const databases: readonly TestDatabase[] = [
  { name: 'sqlite', url: async () => 'sqlite::memory:', projectUrl: async () => '' },
  { name: 'postgres', url: testPostgresUrl, projectUrl: testPostgresUrl },
]
