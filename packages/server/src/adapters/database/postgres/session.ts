/** What a transaction may take unless it says otherwise; also what a single statement may take unless the application says otherwise. */
export const defaultTimeoutMs = 10_000

/** The server ends what our own timer should have ended, when this process hangs or cannot be heard. */
export const idleGraceMs = 1_000

/**
 * Makes every connection alike, whatever the server, the database or the role have as their defaults.
 *
 * The check for a closed connection is new in PostgreSQL 14 and not on every system; it ends statements nobody waits for.
 */
export const sessionSettings = (statementMs: number): string => `
  set timezone = 'UTC'; set datestyle = 'ISO'; set bytea_output = 'hex';
  set default_transaction_isolation = 'read committed'; set default_transaction_read_only = off;
  set statement_timeout = ${statementMs};
  set idle_in_transaction_session_timeout = ${defaultTimeoutMs + idleGraceMs};
  do $$ begin set client_connection_check_interval = 1000; exception when others then null; end $$`
