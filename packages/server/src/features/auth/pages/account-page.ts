import { type Html, html } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import { drawDocument } from './draw-document.ts'
import { drawForm } from './draw-form.ts'
import { drawStep } from './draw-steps.ts'

/** Who is signed in; signing out; setting up an authenticator, also for those who have to before they can go on. */
export function drawAccountPage(kit: AuthKit): string {
  const steps = html`${waitStep}${accountStep(kit)}${beginStep}${enrolStep}${codesStep}`
  return drawDocument({ title: 'Your account', opens: 'session', steps }, kit)
}

const waitStep = html`<section data-step="wait"><p>One moment …</p></section>`

const authenticator = { to: '/api/auth/totp', next: 'enrol', button: 'Set up an authenticator' }
const newCodes = { to: '/api/auth/recovery-codes', next: 'codes', button: 'Make new recovery codes' }
const signOut = { to: '/api/auth/sign-out', next: '/auth/sign-in', button: 'Sign out' }

function accountStep({ context }: AuthKit): Html {
  return drawStep(
    { name: 'account', title: 'You are signed in' },
    html`<p>As <strong data-fill="email"></strong>.</p>
<p><a class="button" href="/">To ${context.model.name}</a></p>
<div class="quietly" data-factor="none">${drawForm(authenticator, 'authenticator')}</div>
<div class="quietly" data-factor="some">${drawForm(newCodes, 'new-codes')}</div>
<div class="quietly">${drawForm(signOut, 'sign-out')}</div>`,
  )
}

const beginStep = drawStep(
  { name: 'begin', title: 'A second step' },
  html`<p>You are signed in as <strong data-fill="email"></strong>. Accounts like yours need a second step: a code from an
authenticator app on your phone. Have the app at hand.</p>
${drawForm(authenticator, 'begin')}
<div class="quietly">${drawForm(signOut, 'leave')}</div>`,
)

const codeField = { name: 'code', label: 'Code', type: 'text', autocomplete: 'one-time-code', maxLength: 64 } as const

const enrolStep = drawStep(
  { name: 'enrol', title: 'Scan this with your app' },
  html`<img class="qr" data-fill="qr" alt="QR code for the authenticator app" width="200" height="200">
<p>Or type this there: <code data-fill="secret"></code><br><a data-fill="uri" href="/auth/account">Open the app on this device</a></p>
${drawForm({ to: '/api/auth/totp/confirm', next: 'arrive', fields: [{ ...codeField, hint: 'What the app shows now.' }], button: 'Turn it on' }, 'enrol')}`,
)

const codesStep = drawStep(
  { name: 'codes', title: 'Keep your recovery codes', mark: 'good' },
  html`<p>Each lets you in once when the app is lost. Print them, or put them where you keep passwords: they are never shown again.</p>
<ol class="codes" data-fill="codes"></ol>
<p><button type="button" data-arrive="">I have kept them</button></p>`,
)
