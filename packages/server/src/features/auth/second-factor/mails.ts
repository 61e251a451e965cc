import { html, instant, integer, mailTemplate, text } from '../../../plugin.ts'
import { fromWhere, momentOf } from '../mails/mails.ts'

const notYou = 'If that was not you, set a new password at once, and end all sessions.'

/** What second factors are called in mails. */
const names: Readonly<Record<string, string>> = {
  totp: 'An authenticator app',
  passkey: 'A passkey',
}

/** The mails of second factors. */
export const factorMails = Object.freeze({
  factorAdded: mailTemplate('auth.factor-added', {
    input: { at: instant(), factor: text(), address: text({ optional: true }) },
    subject: (_input, { appName }) => `A new way to prove who you are at ${appName}`,
    html: ({ at, factor, address }) => html`
<p>${names[factor] ?? factor} was added to your account at ${momentOf(at)}${fromWhere(address)}.</p>
<p>${notYou}</p>`,
  }),
  factorRemoved: mailTemplate('auth.factor-removed', {
    input: { at: instant(), factor: text({ optional: true }) },
    subject: (_input, { appName }) => `Your second factor at ${appName} was removed`,
    html: ({ at, factor }) => html`
<p>${factor === null ? 'An administrator removed every second factor, recovery code and remembered device' : `${names[factor] ?? factor} was removed`}
${factor === null ? 'of' : 'from'} your account at ${momentOf(at)}.</p>
<p>${factor === null ? 'If you did not ask for that, write to us.' : notYou}</p>`,
  }),
  recoveryCodeUsed: mailTemplate('auth.recovery-code-used', {
    input: { at: instant(), left: integer(), address: text({ optional: true }) },
    subject: (_input, { appName }) => `A recovery code was used at ${appName}`,
    html: ({ at, left, address }) => html`
<p>One of your recovery codes was used at ${momentOf(at)}${fromWhere(address)}. ${leftText(left)}</p>
<p>${notYou}</p>`,
  }),
  wrongSecondFactor: mailTemplate('auth.wrong-second-factor', {
    input: { at: instant() },
    subject: (_input, { appName }) => `Somebody may know your password at ${appName}`,
    html: ({ at }) => html`
<p>Somebody gave your password, and then five wrong codes as second factor, the last at ${momentOf(at)}. Nobody got in.</p>
<p>If that was not you, set a new password: whoever did it knows yours.</p>`,
  }),
})

function leftText(left: number): string {
  if (left === 0) return 'There is none left: make new ones.'
  return left === 1 ? 'There is 1 left: make new ones soon.' : `There are ${left} left.`
}
