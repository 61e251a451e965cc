import { integer, list, money, object, type RecordOf, text } from 'galley'
import { html, mailButton, mailTemplate, sendMail } from 'galley/mail'
import type { StoreEffects } from '../effects.ts'
import { moneyText } from '../pricing/currencies.ts'
import { holdMinutes } from '../stock/hold.ts'
import type { Refund } from './give-back.ts'
import type { Order } from './move-order.ts'
import type { OrderItem, Piece } from './ordered-pieces.ts'
import type { shipments } from './shipments.ts'

const parcel = list(object({ name: text(), quantity: integer() }), { max: 200 })
type Parcel = readonly { readonly name: string; readonly quantity: number }[]

/** The token is behind the #, so that it stays in the browser: no server logs it, and no other site is told. */
const placed = mailTemplate('store.order-placed', {
  input: { number: text(), items: parcel, total: money(), due: money(), token: text() },
  subject: ({ number }) => `Your order ${number}`,
  html: ({ number, items, total, due, token }, { baseUrl }) => html`<p>Thank you! We have your order ${number}.</p>
${listOf(items)}
<p>Together: ${moneyText(total)}${due.amount > 0 ? `, of which ${moneyText(due)} is to be paid within ${holdMinutes} minutes` : ''}.</p>
${mailButton('See your order', baseUrl && `${baseUrl}/order#token=${token}`)}`,
})

const paid = mailTemplate('store.order-paid', {
  input: { number: text(), total: money() },
  subject: ({ number }) => `Your order ${number} is paid`,
  html: ({ number, total }) => html`<p>We have got ${moneyText(total)} for your order ${number}. Now we pack it.</p>`,
})

const shipped = mailTemplate('store.order-shipped', {
  input: { number: text(), items: parcel, carrier: text({ optional: true }), trackingCode: text({ optional: true }) },
  subject: ({ number }) => `Your order ${number} is on its way`,
  html: ({ number, items, carrier, trackingCode }) => html`<p>A parcel of your order ${number} has left our house:</p>
${listOf(items)}
${trackingCode === null ? '' : html`<p>${carrier ?? 'Its carrier'} calls it ${trackingCode}.</p>`}`,
})

const refunded = mailTemplate('store.order-refunded', {
  input: { number: text(), amount: money(), giftCards: money(), reason: text() },
  subject: ({ number }) => `Money back for your order ${number}`,
  html: ({
    number,
    amount,
    giftCards,
    reason,
  }) => html`<p>We have given back ${moneyText(amount)} for your order ${number}: ${reason}.</p>
${giftCards.amount === 0 ? '' : html`<p>${moneyText(giftCards)} of it is on your gift card again.</p>`}`,
})

export const orderMails = [placed, paid, shipped, refunded]

function listOf(items: Parcel) {
  return html`<ul>${items.map(({ name, quantity }) => html`<li>${quantity} × ${name}</li>`)}</ul>`
}

// All of these are sent once the transaction around them is committed, and not at all if it is not.

/** @param token  for the link to the order: the database has only its hash. */
export async function sendPlaced(order: Order, items: Parcel, token: string, { jobs }: StoreEffects): Promise<void> {
  const { number, total, due, email: to } = order
  await sendMail(jobs, placed, { to, input: { number, items: items.map(nameAndCount), total, due, token } })
}

export async function sendPaid({ number, total, email: to }: Order, { jobs }: StoreEffects): Promise<void> {
  await sendMail(jobs, paid, { to, input: { number, total } })
}

export async function sendShipped(
  { number, email: to }: Order,
  { carrier, trackingCode }: RecordOf<typeof shipments>,
  items: readonly OrderItem[],
  packed: readonly Piece[],
  { jobs }: StoreEffects,
): Promise<void> {
  const names = new Map(items.map(({ id, name }) => [id, name]))
  const inside = packed.map(({ orderItem, quantity }) => ({ name: names.get(orderItem)!, quantity }))
  await sendMail(jobs, shipped, { to, input: { number, items: inside, carrier, trackingCode } })
}

export async function sendRefunded(
  { number, email: to }: Order,
  { amount, giftCardAmount, reason }: Refund,
  { jobs }: StoreEffects,
): Promise<void> {
  const giftCards = { ...amount, amount: giftCardAmount }
  await sendMail(jobs, refunded, { to, input: { number, amount, giftCards, reason } })
}

function nameAndCount({ name, quantity }: Parcel[number]) {
  return { name, quantity }
}
