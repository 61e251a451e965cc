import { type Html, html } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import type { AuthPage, PageField } from './auth-page.ts'

/** The page as HTML. It runs one script and has one style, both from here (the standing Content-Security-Policy allows no more). */
export function drawPage(page: AuthPage, kit: AuthKit): string {
  const appName = kit.context.model.name
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.title} · ${appName}</title>
<link rel="stylesheet" href="/auth/page.css">
<script type="module" src="/auth/page.js"></script>
</head>
<body>
<header><a href="/">${appName}</a></header>
<main>
<noscript><p class="alert">This page needs JavaScript.</p></noscript>
${stepForm(page, kit)}
${page.signsIn === true ? stepFactor : ''}
${stepDone(page, appName)}
${stepExpired(page, kit)}
${stepSent}
</main>
</body>
</html>
`)
}

function stepForm({ title, lead, fields, button, submitTo }: AuthPage, kit: AuthKit): Html {
  return html`<section data-step="ask">
<h1 tabindex="-1">${title}</h1>
<p>${lead}</p>
<form data-submit-to="${submitTo}" data-with="token" data-then="done" novalidate>
<p class="alert" role="alert" hidden></p>
${(fields?.(kit) ?? []).map((field) => fieldOf(field))}
<button type="submit">${button}</button>
</form>
</section>`
}

function fieldOf({ name, label, type, autocomplete, hint, maxLength = 1_000 }: PageField, idPrefix = ''): Html {
  const id = `${idPrefix}${name.replace('/', '-')}`
  return html`<div class="field">
<label for="${id}">${label}</label>
<div class="box"><input id="${id}" name="${name}" type="${type}" autocomplete="${autocomplete}" maxlength="${String(maxLength)}" required aria-describedby="${id}-hint ${id}-problems">${type === 'password' ? html`<button type="button" class="quiet" data-show="${id}" aria-pressed="false">Show</button>` : ''}</div>
<p class="hint" id="${id}-hint">${hint ?? ''}</p>
<ul class="problems" id="${id}-problems" aria-live="polite"></ul>
</div>`
}

const stepFactor = html`<section data-step="factor" hidden>
<h1 tabindex="-1">One more step</h1>
<p>Type what your authenticator shows, or one of your recovery codes.</p>
<form data-submit-to="/api/auth/second-factor" data-with="challenge" data-then="done" novalidate>
<p class="alert" role="alert" hidden></p>
${fieldOf({ name: 'code', label: 'Code', type: 'text', autocomplete: 'one-time-code', maxLength: 64 })}
<button type="submit">Sign in</button>
</form>
</section>`

function stepDone({ done }: AuthPage, appName: string): Html {
  return html`<section data-step="done" hidden>
${mark('good', 'M5 13l4.5 4.5L19 8')}
<h1 tabindex="-1">${done.title}</h1>
<p>${done.text}</p>
<p><a href="/">To ${appName}</a></p>
</section>`
}

function stepExpired(page: AuthPage, kit: AuthKit): Html {
  return html`<section data-step="expired" hidden>
${mark('bad', 'M12 7v6m0 4v.01')}
<h1 tabindex="-1">This link is not good any more</h1>
<p>It may have been used, or be too old. ${page.expired}</p>
${page.askAgainAt === undefined ? '' : askAgainForm(page.askAgainAt, kit)}
</section>`
}

function askAgainForm(path: string, { settings }: AuthKit): Html {
  const kinds = settings.accounts.map(({ name }) => name)
  const address = { name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username' } as const
  return html`<form data-submit-to="${path}" data-then="sent" novalidate>
<p class="alert" role="alert" hidden></p>
${fieldOf(address, 'again-')}
${kinds.length < 2 ? '' : kindField(kinds)}
<button type="submit">Send me a new link</button>
</form>`
}

function kindField(kinds: readonly string[]): Html {
  return html`<div class="field"><label for="accounts">Account</label>
<div class="box"><select id="accounts" name="accounts">${kinds.map((kind) => html`<option value="${kind}">${capitalized(kind)}</option>`)}</select></div></div>`
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

const stepSent = html`<section data-step="sent" hidden>
${mark('good', 'M4 7l8 6 8-6M4 6h16v12H4z')}
<h1 tabindex="-1">Look at your mails</h1>
<p>If there is such an account, a mail with a new link is on its way. It may take a minute.</p>
</section>`

function mark(kind: 'good' | 'bad', path: string): Html {
  return html`<svg class="mark ${kind}" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`
}
