import { relative, resolve } from 'node:path'
import type { OpenApp } from '../app/open-app.ts'
import { columns } from './command.ts'
import { shownDatabase } from './database-url.ts'
import { localPath, type Project } from './project.ts'

/** What a person wants to know when the server is ready: where everything is, and how to be somebody. */
export function banner(
  { app, environment, file }: Project,
  { model, mailer }: OpenApp,
  url: string,
  isDevelopment: boolean,
): string {
  return [
    '',
    `${app.name} is served at ${url}`,
    '',
    ...columns([
      ['API', `${url}/api`],
      ['API docs', `${url}/docs`],
      ...(mailer.inbox === undefined ? [] : [['mail', keptMail(url, isDevelopment)] as const]),
      ['health', `${url}/readyz`],
      ['data', shownDatabase(environment.databaseUrl)],
    ]),
    '',
    `To write, be somebody: npx galley key create --name me${roleFlag(model.roles)}${appFlag(file)}`,
    '',
  ].join('\n')
}

/** Nobody is to wait for a mail that is kept instead of sent. */
function keptMail(url: string, isDevelopment: boolean): string {
  if (isDevelopment) return `${url}/dev/mail`
  const folder = process.env.MAIL_URL?.slice('inbox:'.length)
  return `kept, not sent: ${folder ? localPath(resolve(folder), process.env.INIT_CWD) : 'in memory'}`
}

/** Suggests the role that can do the most. */
function roleFlag(roles: OpenApp['model']['roles']): string {
  const [strongest] = [...roles].sort(([, left], [, right]) => right.length - left.length)
  return strongest === undefined ? '' : ` --role ${strongest[0]}`
}

/** Needed where npm was called in another folder, such as the root of a workspace. */
function appFlag(file: string): string {
  const path = relative(process.env.INIT_CWD ?? '', file)
  return /^(src\/)?app\.[jt]s$/.test(path) ? '' : ` --app ${path}`
}
