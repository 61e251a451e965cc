import { createHash } from 'node:crypto'
import { defineFeature, Html, html, route } from 'galley/plugin'

/**
 * `/order`: where the link in the mail leads, and where a bank sends back whoever has answered it. The token stays behind its #: the page
 * itself sends it to `look-up`, and to nobody else.
 */
export const orderPage = defineFeature({
  name: 'order-page',
  start: ({ model }) => ({
    routes: [
      route('GET', '/order', {
        isFromElsewhere: true, // a provider adds to the address what it likes
        run: async () => ({ page: pageOf(model.name), headers }),
      }),
    ],
  }),
})

// What comes from the server is only ever set as text.
const script = `
const main = document.querySelector('main')
const add = (name, text) => Object.assign(main.appendChild(document.createElement(name)), { textContent: text })
const money = ({ amount, currency }) => {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency })
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits)
}
const words = { partiallyShipped: 'on its way in part', shipped: 'on its way' }
const show = (order) => {
  add('h1', 'Order ' + order.number)
  add('p', 'It is ' + (words[order.status] ?? order.status) + '. Together: ' + money(order.total))
  for (const { quantity, name, total } of order.items) add('li', quantity + ' × ' + name + ', ' + money(total))
  const { amount, currency } = order.total
  const shipping = order.items.reduce((rest, { total }) => rest - total.amount, amount)
  if (shipping > 0) add('li', 'Shipping, ' + money({ amount: shipping, currency }))
}
const token = new URLSearchParams(location.hash.slice(1)).get('token')
const lookUp = () => {
  const headers = { 'content-type': 'application/json' }
  fetch('/api/orders/look-up', { method: 'POST', headers, body: JSON.stringify({ token: token ?? '' }) })
    .then(async (answer) => (answer.ok ? show(await answer.json()) : Promise.reject()))
    .catch(() => add('p', 'There is no such order. Open the link in the mail again.'))
}
const comesFromBank = token === null && new URLSearchParams(location.search).has('payment')
if (comesFromBank) add('p', 'Your bank has answered. The link in the mail about your order shows how it stands.')
else lookUp()
`
const styles =
  'body{font:17px/1.5 system-ui,sans-serif;max-width:36em;margin:3em auto;padding:0 1em;color:#1b2330}li{margin-left:1.2em}'

function pageOf(appName: string): string {
  return String(html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${appName}</title><style>${new Html(styles)}</style></head>
<body><p>${appName}</p><main></main><script>${new Html(script)}</script></body>
</html>
`)
}

const scriptHash = createHash('sha256').update(script).digest('base64')
const headers = {
  'Content-Security-Policy': `default-src 'none'; script-src 'sha256-${scriptHash}'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
}
