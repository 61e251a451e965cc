import { html, instant, mailButton, mailTemplate, text } from '../../../plugin.ts'
import { momentOf } from '../mails/mails.ts'

/** Tell of what administrators do with an account. */
export const accessMails = Object.freeze({
  rightsChanged: mailTemplate('auth.rights-changed', {
    input: { at: instant() },
    subject: (_input, { appName }) => `What you may do at ${appName} has changed`,
    html: ({ at }) => html`<p>An administrator changed what your account may do at ${momentOf(at)}.</p>`,
  }),
  accountDisabled: mailTemplate('auth.account-disabled', {
    input: { at: instant() },
    subject: (_input, { appName }) => `Your account at ${appName} was disabled`,
    html: ({ at }) => html`
<p>An administrator disabled your account at ${momentOf(at)}. You cannot sign in any more. If you think that is a mistake, write to us.</p>`,
  }),
})

export const invitationMail = mailTemplate('auth.invitation', {
  input: { url: text(), until: instant() },
  subject: (_input, { appName }) => `You are invited to ${appName}`,
  html: ({ url, until }, { appName }) => html`
<p>You are invited to ${appName}. The invitation is good until ${momentOf(until)}.</p>
${mailButton('Accept the invitation', url)}
<p>If you do not know what this is about, you need not do anything.</p>`,
})
