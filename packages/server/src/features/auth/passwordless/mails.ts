import { html, mailButton, mailCode, mailTemplate, text } from '../../../plugin.ts'

const notAsked = 'If you did not ask for this, you need not do anything: nobody gets in without this mail.'

export const passwordlessMails = Object.freeze({
  magicLink: mailTemplate('auth.magic-link', {
    input: { url: text() },
    subject: (_input, { appName }) => `Sign in at ${appName}`,
    html: ({ url }) => html`
<p>Sign in with this link. It is good for ten minutes, once, in the browser you asked for it with.</p>
${mailButton('Sign in', url)}
<p>${notAsked}</p>`,
  }),
  oneTimeCode: mailTemplate('auth.one-time-code', {
    input: { code: text() },
    subject: (_input, { appName }) => `Your code for ${appName}`,
    html: ({ code }, { appName }) => html`
<p>Type this code where you asked for it. It is good for ten minutes, once.</p>
${mailCode(code)}
<p>${notAsked} Give it to nobody: ${appName} never asks for it by telephone or mail.</p>`,
  }),
})
