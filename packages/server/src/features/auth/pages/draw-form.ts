import { type Html, html } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import type { PageField } from './auth-page.ts'

/** A form that `page.js` sends. */
export interface PageForm {
  /** The route that takes what is filled in. */
  readonly to: string
  /** The secret that goes along. */
  readonly with?: 'token' | 'challenge'
  /** What comes next: a step of the page, a page, or `arrive`: to wherever somebody wanted to go before signing in. */
  readonly next: string
  readonly fields?: readonly PageField[]
  /** Asks which accounts are meant, where there are several kinds. */
  readonly asksKind?: AuthKit
  /** The one kind of accounts that it is about. */
  readonly kind?: string
  readonly button: string
  /** The step to go to when the secret is not good any more. Default `expired`. */
  readonly failed?: string
  /** The route with the options for a passkey, where one is to be shown. */
  readonly passkey?: string
}

/** @param prefix  of the ids, where a page has several forms. */
export function drawForm(form: PageForm, prefix: string): Html {
  const { to, with: secret = '', next, failed = 'expired', passkey = '', fields = [], asksKind, kind, button } = form
  return html`<form data-submit-to="${to}" data-with="${secret}" data-next="${next}" data-failed="${failed}" data-passkey="${passkey}" novalidate>
<p class="alert" role="alert" hidden></p>
${fields.map((field) => drawField(field, prefix))}
${asksKind === undefined ? '' : drawKinds(asksKind, prefix)}
${kind === undefined ? '' : html`<input type="hidden" name="accounts" value="${kind}">`}
<button type="submit">${button}</button>
</form>`
}

function drawField({ name, label, type, autocomplete, hint, maxLength = 1_000 }: PageField, prefix: string): Html {
  const id = `${prefix}-${name.replace('/', '-')}`
  return html`<div class="field">
<label for="${id}">${label}</label>
<div class="box"><input id="${id}" name="${name}" type="${type}" autocomplete="${autocomplete}" maxlength="${String(maxLength)}" required aria-describedby="${id}-hint ${id}-problems">${type === 'password' ? html`<button type="button" class="quiet" data-show="${id}" aria-pressed="false">Show</button>` : ''}</div>
<p class="hint" id="${id}-hint">${hint ?? ''}</p>
<ul class="problems" id="${id}-problems" aria-live="polite"></ul>
</div>`
}

function drawKinds({ settings }: AuthKit, prefix: string): Html | string {
  const kinds = settings.accounts.map(({ name }) => name)
  if (kinds.length < 2) return ''
  const id = `${prefix}-accounts`
  return html`<div class="field"><label for="${id}">Account</label>
<div class="box"><select id="${id}" name="accounts">${kinds.map((kind) => html`<option value="${kind}">${capitalized(kind)}</option>`)}</select></div></div>`
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
