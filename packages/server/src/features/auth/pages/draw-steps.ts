import { type Html, html } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import { drawForm } from './draw-form.ts'

/** One step of a page. `page.js` shows one at a time. */
export interface PageStep {
  readonly name: string
  readonly title: string
  readonly mark?: keyof typeof marks
  /** The error of the API that leads here. */
  readonly code?: string
}

export function drawStep({ name, title, mark, code = '' }: PageStep, inside: Html): Html {
  return html`<section data-step="${name}" data-for="${code}" hidden>
${mark === undefined ? '' : marks[mark]}
<h1 tabindex="-1">${title}</h1>
${inside}
</section>`
}

/** The second half of signing in. @param next  the step after it. */
export function secondFactorSteps(next: string, { options }: AuthKit): Html {
  const form = { to: '/api/auth/second-factor', with: 'challenge', next, failed: 'again', button: 'Sign in' } as const
  const passkey = { ...form, passkey: '/api/auth/second-factor/passkey', button: 'Use a passkey' }
  return html`${drawStep(
    { name: 'factor', title: 'One more step' },
    html`<p>Type what your authenticator shows.</p>
${drawForm({ ...form, fields: [{ ...codeField, name: 'code', label: 'Code', autocomplete: 'one-time-code' }] }, 'factor')}
${options.passkeys === undefined ? '' : drawForm(passkey, 'passkey')}
<p class="others"><button type="button" class="link" data-go="recovery">Use a recovery code</button></p>`,
  )}
${drawStep(
  { name: 'recovery', title: 'Use a recovery code' },
  html`<p>Type one of the codes you kept when you set up the second step. It is good once.</p>
${drawForm({ ...form, fields: [{ ...codeField, name: 'recoveryCode', label: 'Recovery code', autocomplete: 'off' }] }, 'recovery')}
<p class="others"><button type="button" class="link" data-go="factor">Use the authenticator</button></p>`,
)}
${drawStep(
  { name: 'again', title: 'Begin again', mark: 'bad' },
  html`<p>It took too long, or too many codes were wrong.</p>
${signInLink}`,
)}`
}

const codeField = { type: 'text', maxLength: 64 } as const

export const signInLink = html`<p><a class="button" href="/auth/sign-in">Sign in</a></p>`

const marks = {
  good: drawMark('good', 'M5 13l4.5 4.5L19 8'),
  bad: drawMark('bad', 'M12 7v6m0 4v.01'),
  mail: drawMark('good', 'M4 7l8 6 8-6M4 6h16v12H4z'),
}

export const sentStep = drawStep(
  { name: 'sent', title: 'Look at your mails', mark: 'mail' },
  html`<p>If there is such an account, a mail with a link is on its way. It may take a minute.</p>`,
)

function drawMark(kind: 'good' | 'bad', path: string): Html {
  return html`<svg class="mark ${kind}" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`
}
