import { html, instant, mailTemplate, text } from '../../../plugin.ts'
import { fromWhere, momentOf } from '../mails/mails.ts'

/** The mails of tokens and keys. */
export const tokenMails = Object.freeze({
  tokensEnded: mailTemplate('auth.tokens-ended', {
    input: { at: instant(), address: text({ optional: true }) },
    subject: (_input, { appName }) => `An application of yours was signed out of ${appName}`,
    html: ({ at, address }) => html`
<p>A refresh token of your account was shown a second time at ${momentOf(at)}${fromWhere(address)}.
Either an application lost an answer, or somebody has a copy, so it is signed out. Sign in to it again.</p>
<p>If it happens again, set a new password: that ends all there is.</p>`,
  }),
  keyCreated: mailTemplate('auth.key-created', {
    input: { at: instant(), name: text(), address: text({ optional: true }) },
    subject: (_input, { appName }) => `There is a new API key of your account at ${appName}`,
    html: ({ at, name, address }) => html`
<p>The API key ${name} was made at ${momentOf(at)}${fromWhere(address)}. Whoever has it can act in your name.</p>
<p>If that was not you, delete it among your API keys, and set a new password.</p>`,
  }),
})
