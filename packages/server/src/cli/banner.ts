import { relative } from 'node:path'
import type { OpenApp } from '../app/open-app.ts'
import { columns } from './command.ts'
import { shownDatabase } from './database-url.ts'
import type { Project } from './project.ts'

/** What a person wants to know when the server is ready: where everything is, and how to be somebody. */
export function banner(
  { app, environment, file }: Project,
  { model, mailer }: OpenApp,
  url: string,
  isDevelopment: boolean,
): string {
  const showsMail = isDevelopment && mailer.inbox !== undefined
  return [
    '',
    `${app.name} is served at ${url}`,
    '',
    ...columns([
      ['API', `${url}/api`],
      ['API docs', `${url}/docs`],
      ...(showsMail ? ([['mail', `${url}/dev/mail`]] as const) : []),
      ['health', `${url}/readyz`],
      ['data', shownDatabase(environment.databaseUrl)],
    ]),
    '',
    `To write, be somebody: npx galley key create --name me${roleFlag(model.roles)}${appFlag(file)}`,
    '',
  ].join('\n')
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
