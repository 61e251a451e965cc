import { type Html, html } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import { type AuthPage, currentPassword, emailAddress, type RefusedStep } from './auth-page.ts'
import { drawDocument } from './draw-document.ts'
import { drawForm } from './draw-form.ts'
import { drawStep, secondFactorSteps, sentStep, signInLink } from './draw-steps.ts'

/** A page that a link in a mail leads to. */
export function drawPage(page: AuthPage, kit: AuthKit): string {
  const { title, afterSignIn, refused = [] } = page
  const steps = html`${askStep(page, kit)}
${afterSignIn === undefined ? '' : secondFactorSteps(afterSignIn, kit)}
${afterSignIn === 'accept' ? acceptStep(page) : ''}
${doneStep(page, kit)}
${expiredStep(page, kit)}
${refused.map((step, index) => refusedStep(step, `refused-${index}`, page, kit))}
${sentStep}`
  return drawDocument({ title, opens: 'token', steps }, kit)
}

function askStep({ title, lead, fields, button, submitTo }: AuthPage, kit: AuthKit): Html {
  const form = { to: submitTo, with: 'token', next: 'done', fields: fields?.(kit) ?? [], button } as const
  return drawStep({ name: 'ask', title }, html`<p>${lead}</p>${drawForm(form, 'ask')}`)
}

/** For whoever has signed in here instead of making an account. */
function acceptStep({ button, submitTo }: AuthPage): Html {
  const form = { to: submitTo, with: 'token', next: 'done', button } as const
  return drawStep({ name: 'accept', title: 'You are signed in' }, drawForm(form, 'accept'))
}

function doneStep({ done }: AuthPage, { context }: AuthKit): Html {
  const onward =
    done.leadsTo === 'application' ? html`<p><a href="/">To ${context.model.name}</a></p>` : html`${signInLink}`
  return drawStep({ name: 'done', title: done.title, mark: 'good' }, html`<p>${done.text}</p>${onward}`)
}

function expiredStep(page: AuthPage, kit: AuthKit): Html {
  return drawStep(
    { name: 'expired', title: 'This link is not good any more', mark: 'bad' },
    html`<p>It may have been used, or be too old. ${page.expired}</p>${askAgainForm(page, 'again', kit)}`,
  )
}

function refusedStep({ code, title, text, offers }: RefusedStep, name: string, page: AuthPage, kit: AuthKit): Html {
  const fields = [emailAddress, currentPassword]
  const signIn = { to: '/api/auth/sign-in', next: page.afterSignIn ?? 'done', fields, asksKind: kit, button: 'Sign in' }
  return drawStep(
    { name, title, mark: offers === 'sign-in' ? undefined : 'bad', code },
    html`<p>${text}</p>
${offers === 'new-link' ? askAgainForm(page, name, kit) : ''}
${offers === 'sign-in' ? drawForm(signIn, name) : ''}
${offers === 'sign-in-page' ? signInLink : ''}`,
  )
}

function askAgainForm({ askAgainAt }: AuthPage, prefix: string, kit: AuthKit): Html | string {
  if (askAgainAt === undefined) return ''
  const button = 'Send me a new link'
  return drawForm({ to: askAgainAt, next: 'sent', fields: [emailAddress], asksKind: kit, button }, prefix)
}
