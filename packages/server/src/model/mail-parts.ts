import { type Html, html, isSafeLink } from '../base/html.ts'

const buttonStyle =
  'display:inline-block;padding:12px 24px;border-radius:8px;background:#0b5e7d;color:#ffffff;font-weight:600;text-decoration:none'
const linkStyle = 'color:#5b6472;font-size:13px;word-break:break-all'
const codeStyle =
  'margin:24px 0;padding:16px;border-radius:8px;background:#f2f4f7;font:600 28px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:6px;text-align:center'

/** The one thing a mail asks to do. The address stands below it, for programs that show no buttons. */
export function mailButton(label: string, url: string | undefined): Html {
  if (url === undefined || !isSafeLink(url)) return html``
  return html`<p style="margin:24px 0 8px"><a href="${url}" style="${buttonStyle}">${label}</a></p>
<p data-text="skip" style="margin:0 0 24px"><a href="${url}" style="${linkStyle}">${url}</a></p>`
}

/** A code to be typed. */
export function mailCode(code: string): Html {
  return html`<p style="${codeStyle}">${code}</p>`
}
