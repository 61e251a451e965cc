import type { OpenApp } from '../app/open-app.ts'
import type { AccountManagement, AccountSummary } from '../model/account-management.ts'
import { defineCommand, usageError } from './command.ts'
import { cliErrors } from './errors.ts'
import { appOption } from './project.ts'
import { tableLines } from './table.ts'
import { withApp } from './with-app.ts'

export const userCreate = defineCommand('user create', {
  summary: 'Make an account, and a link by which its owner chooses a password.',
  options: {
    email: {
      type: 'string',
      value: 'address',
      description: 'The e-mail address to sign in with. It counts as verified.',
    },
    role: { type: 'string', multiple: true, description: 'A role it holds. Give it more than once for more roles.' },
    accounts: {
      type: 'string',
      value: 'collection',
      description: 'Which accounts it belongs to, where there are several kinds. Default: the first.',
    },
    field: {
      type: 'string',
      value: 'name=value',
      multiple: true,
      description: 'A field of its record. Give it more than once for more fields.',
    },
    app: appOption,
  },
  notes: [
    'Example: galley user create --email ada@example.com --role admin --field name=Ada',
    'The link alone goes to standard output. It is good for a week, once.',
  ].join('\n'),
  async run({ email, role: roles = [], accounts, field: fields = [], app: file }) {
    if (email === undefined) throw usageError('user create', 'It needs an --email.')
    const profile = Object.fromEntries(fields.map(memberFrom))
    await withAccounts(file, async (users) => {
      const made = await users.create({ email, roles, profile, ...(accounts !== undefined && { accounts }) })
      const holds = roles.length === 0 ? 'no role' : roles.join(', ')
      console.error(`Made the account ${made.account.email} (${holds}). A password is chosen here, within a week:\n`)
      console.log(made.link)
      if (!process.env.BASE_URL && made.link.startsWith('http://localhost:'))
        console.error('\nIt leads to this machine. For a server elsewhere set BASE_URL to its address, here too.')
    })
  },
})

export const userList = defineCommand('user list', {
  summary: 'List the accounts.',
  options: { app: appOption },
  run: ({ app: file }) =>
    withAccounts(file, async (users) => {
      const all = await users.list()
      if (all.length === 0) return console.error('There are no accounts. Make one: galley user create --email …')
      const header = ['id', 'e-mail', 'accounts', 'roles', 'factors', 'last sign-in', 'state']
      for (const line of tableLines(header, all.map(row))) console.log(line)
    }),
})

const who = 'The account is its id, or its e-mail address where only one has it.'

export const userDisable = defineCommand('user disable', {
  summary: 'Sign an account out everywhere, and let nobody sign in to it.',
  arguments: ['account'],
  options: { app: appOption },
  notes: who,
  run: ({ app: file }, account = '') =>
    withAccounts(file, async (users) => {
      const { email } = await users.disable(account)
      console.log(`Disabled ${email}. Undo it: galley user enable ${account}`)
    }),
})

export const userEnable = defineCommand('user enable', {
  summary: 'Let an account sign in again.',
  arguments: ['account'],
  options: { app: appOption },
  notes: who,
  run: ({ app: file }, account = '') =>
    withAccounts(file, async (users) => {
      const { email } = await users.enable(account)
      console.log(`Enabled ${email}.`)
    }),
})

export const userResetMfa = defineCommand('user reset-mfa', {
  summary: 'Take every second factor from an account whose owner has lost them.',
  arguments: ['account'],
  options: { app: appOption },
  notes: [
    'Authenticator, passkeys, recovery codes and remembered devices go, and all its sessions end. Its owner is told by mail.',
    'Make sure before that it is the owner who asks.',
    who,
  ].join('\n'),
  run: ({ app: file }, account = '') =>
    withAccounts(file, async (users) => {
      const { email } = await users.resetMfa(account)
      console.log(`${email} signs in without a second factor now, until one is set up again.`)
    }),
})

function withAccounts(file: string | undefined, work: (users: AccountManagement) => Promise<void>): Promise<void> {
  return withApp(file, (app) => work(accountsOf(app)))
}

function accountsOf({ features }: OpenApp): AccountManagement {
  for (const { accounts } of features) if (accounts !== undefined) return accounts
  throw cliErrors.no_accounts()
}

function memberFrom(text: string): readonly [string, string] {
  const end = text.indexOf('=')
  if (end < 1) throw usageError('user create', `The field ${text} is not one like name=Ada.`)
  return [text.slice(0, end), text.slice(end + 1)]
}

function row(account: AccountSummary): readonly string[] {
  const { id, email, accounts, roles, factors, lastSignInAt } = account
  return [id, email, accounts, roles.join(', '), factors.join(', '), lastSignInAt ?? 'never', stateOf(account)]
}

function stateOf({ disabledAt, isEmailVerified }: AccountSummary): string {
  if (disabledAt !== null) return `disabled ${disabledAt}`
  return isEmailVerified ? 'good' : 'address not verified'
}
