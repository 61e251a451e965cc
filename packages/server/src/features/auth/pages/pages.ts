import { readFileSync } from 'node:fs'
import { type FeatureRoute, route } from '../../../plugin.ts'
import { hasManagers } from '../access/options.ts'
import type { AuthKit, AuthPart } from '../kit.ts'
import { type AuthPage, newPassword } from './auth-page.ts'
import { drawPage } from './draw-page.ts'
import { firstAdministratorFields, invitationFields } from './profile-fields.ts'

/** The pages that links in mails lead to, unless the application has its own (`pages`). */
export const builtInPages: AuthPart = { routes: routesOf }

const authPages: readonly AuthPage[] = [
  {
    name: 'verify-email',
    title: 'Confirm your address',
    lead: 'Confirm that this e-mail address is yours. Then you can sign in.',
    button: 'Confirm this address',
    submitTo: '/api/auth/verify-email',
    done: { title: 'Your address is confirmed', text: 'You can sign in now.' },
    expired: 'Ask for another mail with a new link. If you have confirmed the address already, just sign in.',
    askAgainAt: '/api/auth/verify-email/resend',
  },
  {
    name: 'reset-password',
    title: 'Choose a new password',
    lead: 'You are signed out everywhere then, and sign in with the new one.',
    fields: (kit) => [newPassword(kit)],
    button: 'Set this password',
    submitTo: '/api/auth/password/reset/confirm',
    done: { title: 'Your password is changed', text: 'You can sign in with it now.' },
    expired: 'Ask for another mail with a new link.',
    askAgainAt: '/api/auth/password/reset',
  },
  {
    name: 'change-email',
    title: 'Use this address',
    lead: 'Confirm that this is the new e-mail address of your account.',
    button: 'Use this address',
    submitTo: '/api/auth/email/confirm',
    done: { title: 'Your address is changed', text: 'Sign in with the new address from now on.' },
    expired: 'Ask for the change once more where you are signed in.',
  },
  {
    name: 'magic-link',
    title: 'Sign in',
    lead: 'Sign in here, in the browser you asked for the mail with.',
    button: 'Sign in',
    submitTo: '/api/auth/magic-link/confirm',
    done: { title: 'You are signed in', text: 'You can close this page.' },
    expired: 'Ask for another mail with a new link.',
    signsIn: true,
    isServed: ({ options }) => options.passwordless?.magicLink === true,
  },
  {
    name: 'unlock',
    title: 'Open your account',
    lead: 'Too many wrong passwords were tried. If that was you, open your account and try again.',
    button: 'Open my account',
    submitTo: '/api/auth/unlock',
    done: { title: 'Your account is open', text: 'You can sign in now.' },
    expired: 'Accounts open by themselves after a quarter of an hour. Then try again.',
  },
  {
    name: 'invitation',
    title: 'You are invited',
    lead: 'Make your account. If you have one already, sign in with it first, and leave the rest empty.',
    fields: invitationFields,
    button: 'Accept the invitation',
    submitTo: '/api/auth/invitations/accept',
    done: { title: 'Welcome', text: 'You can sign in now.' },
    expired: 'Ask whoever invited you for another one.',
    isServed: ({ options }) => hasManagers(options) || options.tenants !== undefined,
  },
  {
    name: 'first-administrator',
    title: 'The first administrator',
    lead: 'This account may do everything. Choose a password that you use nowhere else.',
    fields: firstAdministratorFields,
    button: 'Make this account',
    submitTo: '/api/auth/first-administrator',
    done: { title: 'The account is made', text: 'You can sign in now.' },
    expired: 'Each start of the server prints a new link, until there is an administrator.',
    isServed: ({ options }) => options.firstAdministrator !== undefined,
  },
]

const assets = [
  ['page.css', 'text/css'],
  ['page.js', 'text/javascript'],
] as const

function routesOf(kit: AuthKit): readonly FeatureRoute[] {
  if (kit.settings.pages !== undefined) return []
  const served = authPages.filter(({ isServed }) => isServed?.(kit) ?? true)
  return [...served.map((page) => pageRoute(page, kit)), ...assets.map(([name, type]) => assetRoute(name, type))]
}

function pageRoute(page: AuthPage, kit: AuthKit): FeatureRoute {
  let drawn: string | undefined
  return route('GET', `/auth/${page.name}`, {
    async run() {
      drawn ??= drawPage(page, kit)
      return { page: drawn }
    },
  })
}

function assetRoute(name: string, type: string): FeatureRoute {
  const headers = { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-cache' }
  let text: string | undefined
  return route('GET', `/auth/${name}`, {
    async run() {
      text ??= readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')
      return { headers, page: text }
    },
  })
}
