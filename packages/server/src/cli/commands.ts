import type { Command } from './command.ts'

/** All commands, in the order of the help. Each is loaded when it is asked for: a server needs no reader of CSV files. */
export const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['new', async () => (await import('./new.ts')).newCommand],
  ['dev', async () => (await import('./dev.ts')).devCommand],
  ['start', async () => (await import('./start.ts')).startCommand],
  ['migrate plan', async () => (await import('./migrate.ts')).migratePlan],
  ['migrate apply', async () => (await import('./migrate.ts')).migrateApply],
  ['migrate status', async () => (await import('./migrate.ts')).migrateStatus],
  ['migrate down', async () => (await import('./migrate.ts')).migrateDown],
  ['key create', async () => (await import('./key.ts')).keyCreate],
  ['key list', async () => (await import('./key.ts')).keyList],
  ['key revoke', async () => (await import('./key.ts')).keyRevoke],
  ['user create', async () => (await import('./user.ts')).userCreate],
  ['user list', async () => (await import('./user.ts')).userList],
  ['user disable', async () => (await import('./user.ts')).userDisable],
  ['user enable', async () => (await import('./user.ts')).userEnable],
  ['user reset-mfa', async () => (await import('./user.ts')).userResetMfa],
  ['import', async () => (await import('./import.ts')).importCommand],
  ['audit', async () => (await import('./audit.ts')).auditCommand],
  ['advise', async () => (await import('./advise.ts')).adviseCommand],
  ['doctor', async () => (await import('./doctor.ts')).doctorCommand],
])
