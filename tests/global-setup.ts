import { type PostgresServer, startPostgresServer } from './postgres-server.ts'

let server: PostgresServer | undefined

/** Starts one PostgreSQL for all test files; they wait for it only when they need it. */
export function globalSetup(): void {
  if (process.env.GALLEY_TEST_POSTGRES !== undefined) return
  server = startPostgresServer()
  process.env.GALLEY_TEST_POSTGRES = server.url
}

export async function globalTeardown(): Promise<void> {
  await server?.stop()
}
