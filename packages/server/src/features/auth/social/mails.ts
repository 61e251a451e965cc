import { html, instant, mailTemplate, text } from '../../../plugin.ts'
import { momentOf } from '../mails/mails.ts'

const notYou =
  'If that was not you, set a new password and look at what is connected: whoever did it can sign in as you.'

export const socialMails = Object.freeze({
  connected: mailTemplate('auth.identity-connected', {
    input: { at: instant(), provider: text() },
    subject: ({ provider }, { appName }) => `${provider} is connected to your account at ${appName}`,
    html: ({ at, provider }) => html`
<p>Since ${momentOf(at)} you can sign in to your account with ${provider}.</p>
<p>${notYou}</p>`,
  }),
  disconnected: mailTemplate('auth.identity-disconnected', {
    input: { at: instant(), provider: text() },
    subject: ({ provider }, { appName }) => `${provider} is not connected to your account at ${appName} any more`,
    html: ({ at, provider }) => html`
<p>Since ${momentOf(at)} nobody can sign in to your account with ${provider}.</p>
<p>${notYou}</p>`,
  }),
})
