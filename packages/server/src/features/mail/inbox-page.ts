import { Html, html, type KeptMail } from '../../plugin.ts'

export type MailView = 'html' | 'text' | 'headers'

const styles = new Html(`
*{box-sizing:border-box}
body{margin:0;height:100vh;display:flex;flex-direction:column;font:15px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#1b2330;background:#fff}
header{padding:12px 20px;border-bottom:1px solid #dde2ea;display:flex;gap:12px;align-items:baseline}
header b{font-size:17px}header span,time,.to{color:#5b6472;font-size:13px}
header a{margin-left:auto;color:#1f5eff;font-size:14px}
main{flex:1;display:flex;min-height:0}
nav{width:340px;flex:none;overflow:auto;border-right:1px solid #dde2ea;background:#f7f8fa}
nav a{display:block;padding:12px 20px;border-bottom:1px solid #e6eaf0;color:inherit;text-decoration:none}
nav a[aria-current]{background:#e4ecff}
nav a:hover{background:#eef2fa}nav strong{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.to{display:flex;justify-content:space-between;gap:8px}.to span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.to time{flex:none}
article{flex:1;display:flex;flex-direction:column;min-width:0}
article h1{margin:0;padding:16px 24px 4px;font-size:20px}
article>p{margin:0;padding:0 24px 12px;color:#5b6472}
.tabs{display:flex;gap:4px;padding:0 24px;border-bottom:1px solid #dde2ea}
.tabs a{padding:8px 12px;color:#5b6472;text-decoration:none;border-bottom:2px solid transparent}
.tabs a[aria-current]{color:#1f5eff;border-color:#1f5eff}
iframe{flex:1;border:0;width:100%;background:#f2f4f7}
pre{flex:1;margin:0;padding:20px 24px;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.55 ui-monospace,Menlo,Consolas,monospace}
dl{margin:0;padding:20px 24px;display:grid;grid-template-columns:max-content 1fr;gap:8px 20px}dt{color:#5b6472}dd{margin:0;overflow-wrap:anywhere}
.empty{margin:auto;color:#5b6472;text-align:center;padding:24px}
@media (max-width:720px){main{flex-direction:column}nav{width:auto;max-height:35vh;border-right:0;border-bottom:1px solid #dde2ea}}
`)

/** The list, and the mail that is looked at beside it. */
export function inboxPage(appName: string, mails: readonly KeptMail[], open: KeptMail | undefined, view?: Html): Html {
  const { length: count } = mails
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mails of ${appName}</title><style>${styles}</style></head>
<body>
<header><b>${appName}</b><span>${count === 1 ? '1 mail' : `${count} mails`}, kept here instead of sent</span><a href="/dev/mail">Look again</a></header>
<main>
<nav aria-label="Mails">${mails.map((mail) => entry(mail, open))}</nav>
${view ?? html`<p class="empty">${count === 0 ? 'No mail yet. What the application sends is shown here.' : 'Choose a mail.'}</p>`}
</main>
</body>
</html>
`
}

function entry(mail: KeptMail, open: KeptMail | undefined): Html {
  const { subject, to } = mail
  const about = html`<strong>${subject}</strong><span class="to"><span>to ${to.address}</span>${shortTime(mail)}</span>`
  const path = `/dev/mail/${mail.id}`
  return mail.id === open?.id
    ? html`<a href="${path}" aria-current="page">${about}</a>`
    : html`<a href="${path}">${about}</a>`
}

/** One mail as it is shown, as text, or with what stands around it. */
export function mailView(mail: KeptMail, view: MailView): Html {
  return html`<article>
<h1>${mail.subject}</h1>
<p>to ${mail.to.address}, ${time(mail)}</p>
<div class="tabs" role="navigation" aria-label="Views">${tabs.map(([name, label]) => tab(mail, name, label, view))}</div>
${views[view](mail)}
</article>`
}

const tabs = [
  ['html', 'Mail'],
  ['text', 'Text'],
  ['headers', 'Headers'],
] as const satisfies readonly (readonly [MailView, string])[]

function tab(mail: KeptMail, name: MailView, label: string, open: MailView): Html {
  const path = `/dev/mail/${mail.id}?view=${name}`
  return name === open ? html`<a href="${path}" aria-current="true">${label}</a>` : html`<a href="${path}">${label}</a>`
}

const views: Readonly<Record<MailView, (mail: KeptMail) => Html>> = {
  html: (mail) => html`<iframe title="The mail" sandbox="${sandbox}" srcdoc="${framed(mail)}"></iframe>`,
  text: (mail) => html`<pre>${mail.text}</pre>`,
  headers: (mail) => html`<dl>${headersOf(mail).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`,
}

/** No scripts, and nothing of this site; links open beside it. */
const sandbox = 'allow-popups allow-popups-to-escape-sandbox'

function framed({ html: markup }: KeptMail): string {
  return markup.replace('<head>', '<head><base target="_blank">')
}

function headersOf(mail: KeptMail): readonly (readonly [string, string])[] {
  const shown = ({ name, address }: KeptMail['to']) => (name === undefined ? address : `${name} <${address}>`)
  return [
    ['From', shown(mail.from)],
    ['To', shown(mail.to)],
    ...(mail.replyTo === undefined ? [] : [['Reply-To', shown(mail.replyTo)] as const]),
    ['Subject', mail.subject],
    ['Message-ID', `<${mail.messageId}>`],
    ...Object.entries(mail.headers ?? {}),
    ['Kept at', mail.keptAt],
  ]
}

/** In the list, where the address needs the place. */
function shortTime({ keptAt }: KeptMail): Html {
  return html`<time datetime="${keptAt}">${keptAt.slice(5, 16).replace('T', ' ')}</time>`
}

function time({ keptAt }: KeptMail): Html {
  return html`<time datetime="${keptAt}">${keptAt.slice(0, 19).replace('T', ' ')} UTC</time>`
}
