import { Html, html, minorUnits, type RehearsedChallenge } from '../../plugin.ts'

const styles = new Html(`
body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#1b2330;background:#f2f4f7}
main{max-width:420px;margin:24px;padding:32px;border-radius:12px;background:#fff}
h1{margin:0 0 8px;font-size:20px}.amount{font-size:32px;font-weight:700;margin:16px 0}.note{color:#5b6472;font-size:14px}
form{display:flex;gap:12px;margin-top:24px}
button{flex:1;padding:12px;font:inherit;font-weight:600;border:1px solid #c4cbd6;border-radius:8px;background:#fff;cursor:pointer}
button[value=approve]{border-color:#1f5eff;background:#1f5eff;color:#fff}
`)

/** Stands in for the page on which a bank asks whether it is really them. */
export function challengePage(appName: string, challenge: RehearsedChallenge | undefined): Html {
  return page(appName, challenge === undefined ? over : asked(challenge))
}

const over = html`<h1>There is nothing to confirm</h1><p class="note">The payment was confirmed already, or given up.</p>`

function asked({ id, amount, currency, description }: RehearsedChallenge): Html {
  return html`<h1>Is it you who is paying?</h1>
<p>${description ?? 'A payment'}</p>
<p class="amount">${amountText(amount, currency)}</p>
<p class="note">This page stands in for the payer’s bank during development. No money is moved.</p>
<form method="post" action="/dev/payments/${id}">
<button name="answer" value="decline">No</button>
<button name="answer" value="approve">Yes, it is me</button>
</form>`
}

/** What is shown when the payer has nowhere to go back to. */
export function answeredPage(appName: string, isApproved: boolean): Html {
  return page(
    appName,
    html`<h1>${isApproved ? 'Confirmed' : 'Not confirmed'}</h1><p class="note">You can close this page.</p>`,
  )
}

function amountText(amount: number, currency: string): string {
  const digits = minorUnits(currency)
  const text = String(amount).padStart(digits + 1, '0')
  return digits === 0 ? `${text} ${currency}` : `${text.slice(0, -digits)}.${text.slice(-digits)} ${currency}`
}

function page(appName: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Payment to ${appName}</title><style>${styles}</style></head>
<body><main>${content}</main></body>
</html>
`
}
