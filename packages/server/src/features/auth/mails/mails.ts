import { html, instant, type MailTemplate, mailButton, mailTemplate, text } from '../../../plugin.ts'

const link = { url: text() }
const notice = { at: instant(), address: text({ optional: true }) }

/** Ends every mail that tells of a change. */
const notYou = 'If that was not you, set a new password at once: whoever did it may know yours.'
/** Ends every mail that somebody asked for. */
const notAsked = 'If you did not ask for this, you need not do anything.'

/** The mails of accounts and sessions. An application has its own of the same name by `mail({ templates })`. */
export const authMails = Object.freeze({
  verifyEmail: mailTemplate('auth.verify-email', {
    input: link,
    subject: (_input, { appName }) => `Your e-mail address at ${appName}`,
    html: ({ url }, { appName }) => html`
<p>Welcome to ${appName}. Confirm that this address is yours, and you can sign in.</p>
${mailButton('Confirm this address', url)}
<p>${notAsked}</p>`,
  }),
  alreadyRegistered: mailTemplate('auth.already-registered', {
    subject: (_input, { appName }) => `You have an account at ${appName} already`,
    html: (_input, { appName }) => html`
<p>Somebody, perhaps you, wanted to use this address for a new account at ${appName}. There is one already: sign in with it, or set a
new password if you do not know yours any more.</p>
<p>${notAsked}</p>`,
  }),
  resetPassword: mailTemplate('auth.reset-password', {
    input: link,
    subject: (_input, { appName }) => `A new password for ${appName}`,
    html: ({ url }) => html`
<p>Choose a new password here. You are signed out everywhere then.</p>
${mailButton('Choose a new password', url)}
<p>${notAsked} Your password stays as it is.</p>`,
  }),
  passwordChanged: mailTemplate('auth.password-changed', {
    input: notice,
    subject: (_input, { appName }) => `Your password for ${appName} was changed`,
    html: ({ at, address }) => html`
<p>Your password was changed at ${momentOf(at)}${fromWhere(address)}.</p>
<p>${notYou}</p>`,
  }),
  changeEmail: mailTemplate('auth.change-email', {
    input: link,
    subject: (_input, { appName }) => `Your new e-mail address at ${appName}`,
    html: ({ url }) => html`
<p>Confirm that this is the new address of your account. Nothing changes before.</p>
${mailButton('Use this address', url)}
<p>${notAsked}</p>`,
  }),
  emailChanged: mailTemplate('auth.email-changed', {
    input: { at: instant(), email: text() },
    subject: (_input, { appName }) => `Your e-mail address at ${appName} was changed`,
    html: ({ at, email }) => html`
<p>Since ${momentOf(at)} your account has another e-mail address: ${email}. Mails go there from now on.</p>
<p>If that was not you, write to us: whoever did it can sign in as you.</p>`,
  }),
  accountDeleted: mailTemplate('auth.account-deleted', {
    input: { at: instant() },
    subject: (_input, { appName }) => `Your account at ${appName} was deleted`,
    html: ({ at }) =>
      html`<p>Your account was deleted at ${momentOf(at)}, as you asked. This is the last mail about it.</p>`,
  }),
  newDevice: mailTemplate('auth.new-device', {
    input: { ...notice, userAgent: text() },
    subject: (_input, { appName }) => `A new device signed in at ${appName}`,
    html: ({ at, address, userAgent }) => html`
<p>Somebody signed in to your account at ${momentOf(at)}${fromWhere(address)}, on a device it has not seen before:</p>
<p>${userAgent === '' ? 'a program that does not say what it is' : userAgent}</p>
<p>${notYou}</p>`,
  }),
  locked: mailTemplate('auth.locked', {
    input: { ...link, at: instant() },
    subject: (_input, { appName }) => `Somebody tried your password at ${appName}`,
    html: ({ url, at }) => html`
<p>Too many wrong passwords were tried for your account until ${momentOf(at)}. For a quarter of an hour it can only be signed in to on devices
where you have signed in before, or after you open it here:</p>
${mailButton('It was me, open it', url)}
<p>If it was not you, there is nothing to do: nobody got in.</p>`,
  }),
})

export const coreMails: readonly MailTemplate[] = Object.values(authMails)

/** `2026-03-01 09:30 UTC`: short, and right wherever it is read. */
export function momentOf(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`
}

/** Ends what happened with the address it came from, where one is known. */
export function fromWhere(address: string | null): string {
  return address === null ? '' : `, from the address ${address}`
}
