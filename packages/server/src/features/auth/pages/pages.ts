import { readFileSync } from 'node:fs'
import { type FeatureRoute, type Fields, route, text } from '../../../plugin.ts'
import { hasManagers } from '../access/options.ts'
import type { AuthKit, AuthPart } from '../kit.ts'
import { drawAccountPage } from './account-page.ts'
import { type AuthPage, newPassword } from './auth-page.ts'
import { drawPage } from './draw-page.ts'
import { firstAdministratorFields, invitationFields } from './profile-fields.ts'
import { drawSignInPage } from './sign-in-page.ts'

/** The page to sign in, and those that links in mails lead to, unless the application has its own (`pages`). */
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
    name: 'choose-password',
    title: 'Choose your password',
    lead: 'An account was made for you. You sign in with your e-mail address and this password.',
    fields: (kit) => [newPassword(kit, 'Password')],
    button: 'Set this password',
    submitTo: '/api/auth/password/reset/confirm',
    done: { title: 'Your password is set', text: 'You can sign in with it now.' },
    expired: 'Ask for a mail with a new link.',
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
    done: { title: 'You are signed in', text: 'You can close this page.', leadsTo: 'application' },
    expired: 'Ask for another mail with a new link.',
    askAgainAt: '/api/auth/magic-link',
    afterSignIn: 'done',
    refused: [
      {
        code: 'auth_other_browser',
        title: 'Another browser',
        text: 'The link is good in the browser only that asked for it. Open it there, or have a new one sent for this browser.',
        offers: 'new-link',
      },
    ],
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
    lead: 'Make your account. If you have one already, leave this empty: you can sign in with it then.',
    fields: invitationFields,
    button: 'Accept the invitation',
    submitTo: '/api/auth/invitations/accept',
    done: { title: 'Welcome', text: 'You can sign in now.' },
    expired: 'Ask whoever invited you for another one.',
    afterSignIn: 'accept',
    refused: [
      {
        code: 'auth_invitation_needs_sign_in',
        title: 'Sign in to accept',
        text: 'You have an account of this address already. Sign in with it, and accept the invitation then.',
        offers: 'sign-in',
      },
    ],
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
    refused: [
      {
        code: 'auth_administrator_exists',
        title: 'There is an administrator already',
        text: 'If that is you, sign in. Otherwise ask them, or whoever runs the server: galley user create makes further accounts.',
        offers: 'sign-in-page',
      },
    ],
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
  return [
    pageRoute('sign-in', () => drawSignInPage(kit), returnTo),
    pageRoute('account', () => drawAccountPage(kit), returnTo),
    ...served.map((page) => pageRoute(page.name, () => drawPage(page, kit))),
    ...assets.map(([name, type]) => assetRoute(name, type)),
  ]
}

/** Of the pages to sign in: where somebody was going. Their script reads it. */
const returnTo = { returnTo: text({ max: 2_000, optional: true }) }

function pageRoute(name: string, draw: () => string, input: Fields = {}): FeatureRoute {
  let drawn: string | undefined
  return route('GET', `/auth/${name}`, {
    input,
    isFromElsewhere: true, // services that send mails add to the links in them, such as utm_source
    async run() {
      drawn ??= draw()
      return { page: drawn }
    },
  })
}

function assetRoute(name: string, type: string): FeatureRoute {
  const headers = { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-cache' }
  let content: string | undefined
  return route('GET', `/auth/${name}`, {
    async run() {
      content ??= readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')
      return { headers, page: content }
    },
  })
}
