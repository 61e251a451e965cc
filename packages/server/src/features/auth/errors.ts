import { defineErrors } from '../../plugin.ts'

export const authErrors = defineErrors('auth', {
  wrong_credentials: {
    category: 'unauthenticated',
    message: 'The e-mail address or the password is not right.',
  },
  email_unverified: {
    category: 'forbidden',
    message: 'The e-mail address is not verified yet. Use the link in the mail, or ask for a new one.',
  },
  account_disabled: { category: 'forbidden', message: 'This account is disabled. Ask an administrator.' },
  profile_invalid: { category: 'invalid', message: 'The profile cannot be accepted as it stands. See errors.' },
  device_unknown: { category: 'not_found', message: 'There is no such device of yours.' },
  last_way_in: {
    category: 'conflict',
    message:
      'This is the only way into your account. Set a password, connect another provider or register another passkey first.',
  },
  session_unknown: { category: 'not_found', message: 'There is no such session of yours.' },
  wrong_password: { category: 'forbidden', message: 'The password is not right.' },
  reauthentication_required: {
    category: 'forbidden',
    message:
      'This needs a proof of who you are that is not older than ten minutes: POST /api/auth/reauthenticate, or sign in again.',
  },
  changed_meanwhile: { category: 'conflict', message: 'The account was changed at the same time. Try again.' },
  email_taken: { category: 'conflict', message: 'There is another account of this e-mail address.' },
  too_many_attempts: {
    category: 'too_many',
    message: 'Too many attempts. Try again in {retryAfterSeconds} seconds.',
  },
  captcha_required: {
    category: 'invalid',
    message: 'Show that you are a person: send the token of the challenge as captcha.',
  },
  unknown_role: { category: 'invalid', message: 'There is no role {role}.{hint} There are: {known}.' },
  account_unknown: { category: 'not_found', message: 'There is no account {who}. See galley user list.' },
  account_exists: { category: 'conflict', message: 'There is already an account of {email}. See galley user list.' },
  account_ambiguous: {
    category: 'invalid',
    message: 'There are several accounts of {who}. Name one by its id: see galley user list.',
  },
  session_ended: { category: 'unauthenticated', message: 'You are not signed in any more. Sign in again.' },
  sign_in_required: { category: 'unauthenticated', message: 'Sign in to do this.' },
  cross_site: {
    category: 'forbidden',
    message:
      'This was sent by a page of another site. Send it from {origin}, or sign in with a token instead of a cookie.',
  },
  secret_invalid: {
    category: 'invalid',
    message: 'The link or code is not good any more. It may have been used, or be too old. Ask for a new one.',
  },
  administrator_exists: {
    category: 'conflict',
    message: 'There is an administrator already. Ask them, or make further accounts by galley user create.',
  },
  registration_closed: { category: 'forbidden', message: 'Accounts of this kind are made by an administrator.' },
  email_by_confirmation: {
    category: 'forbidden',
    message: 'The e-mail address of an account is changed by POST /api/auth/email, and confirmed from the new address.',
  },
  unknown_accounts: {
    category: 'invalid',
    message: 'There are no accounts called {accounts}.{hint} There are: {known}.',
  },
})
