import { type Html, html } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import { currentPassword, emailAddress, newPassword } from './auth-page.ts'
import { drawDocument } from './draw-document.ts'
import { drawForm } from './draw-form.ts'
import { drawStep, secondFactorSteps, sentStep } from './draw-steps.ts'
import { registrationFields } from './profile-fields.ts'

/** Signing in by e-mail address and password, with what people need who cannot. */
export function drawSignInPage(kit: AuthKit): string {
  const steps = html`${askStep(kit)}
${secondFactorSteps('arrive', kit)}
${mailStep({ name: 'forgotten', title: 'A new password', text: 'We send you a link to choose one.', to: '/api/auth/password/reset' }, kit)}
${mailStep({ ...unverified, to: '/api/auth/verify-email/resend' }, kit)}
${hasLinks(kit) ? mailStep({ ...byMail, to: '/api/auth/magic-link' }, kit) : ''}
${registerSteps(kit)}
${sentStep}`
  return drawDocument({ title: 'Sign in', opens: 'ask', steps }, kit)
}

const unverified = {
  name: 'unverified',
  title: 'Confirm your address first',
  text: 'The password is right. Open the link in the mail that we have sent you, or ask for another one.',
  code: 'auth_email_unverified',
}
const byMail = {
  name: 'by-mail',
  title: 'Sign in by mail',
  text: 'Open the link in this browser. It needs no password.',
}

function askStep(kit: AuthKit): Html {
  const fields = [emailAddress, currentPassword]
  return drawStep(
    { name: 'ask', title: 'Sign in' },
    html`${drawForm({ to: '/api/auth/sign-in', next: 'arrive', fields, asksKind: kit, button: 'Sign in' }, 'ask')}
<p class="others"><button type="button" class="link" data-go="forgotten">Forgotten your password?</button>
${hasLinks(kit) ? html`<button type="button" class="link" data-go="by-mail">Sign in by mail</button>` : ''}
${registrationFields(kit) === undefined ? '' : html`<button type="button" class="link" data-go="register">Make an account</button>`}</p>`,
  )
}

interface MailStep {
  readonly name: string
  readonly title: string
  readonly text: string
  readonly to: string
  readonly code?: string
}

function mailStep({ text, to, ...step }: MailStep, kit: AuthKit): Html {
  const form = { to, next: 'sent', fields: [emailAddress], asksKind: kit, button: 'Send me a link' }
  return drawStep(step, html`<p>${text}</p>${drawForm(form, step.name)}${backToSignIn}`)
}

function registerSteps(kit: AuthKit): Html | string {
  const open = registrationFields(kit)
  if (open === undefined) return ''
  const fields = [...open.fields, emailAddress, newPassword(kit, 'Password')]
  const form = { to: '/api/auth/register', next: 'registered', fields, kind: open.kind, button: 'Make an account' }
  return html`${drawStep({ name: 'register', title: 'Make an account' }, html`${drawForm(form, 'register')}${backToSignIn}`)}
${drawStep(
  { name: 'registered', title: 'Look at your mails', mark: 'mail' },
  html`<p>We have sent you one. Open the link in it, and you can sign in.</p>${backToSignIn}`,
)}`
}

const backToSignIn = html`<p class="others"><button type="button" class="link" data-go="ask">Back to signing in</button></p>`

function hasLinks({ options }: AuthKit): boolean {
  return options.passwordless?.magicLink === true
}
