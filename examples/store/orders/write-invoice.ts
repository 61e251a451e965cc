import type { StoreEffects } from '../effects.ts'
import type { Refund } from './give-back.ts'
import { type Invoice, type InvoiceLine, linesOfAmount, linesOfOrder, sumsOfLines } from './invoice-lines.ts'
import type { Order } from './move-order.ts'
import { nextNumber } from './number-sequences.ts'
import { itemsOf } from './ordered-pieces.ts'

type PaperEffects = Pick<StoreEffects, 'db' | 'now'>

/** Writes the invoice of an order that is paid. */
export async function writeInvoice(order: Order, effects: PaperEffects): Promise<void> {
  const lines = linesOfOrder(order, await itemsOf(order.id, effects))
  const number = numberFrom('INV', await nextNumber('invoices', effects))
  await effects.db.invoices.create({ ...headOf(order, effects), ...sumsOfLines(lines), kind: 'invoice', number })
}

/** Corrects the invoice of an order by what was given back. Where nothing was invoiced, nothing is corrected. */
export async function writeCreditNote(order: Order, refund: Refund, effects: PaperEffects): Promise<void> {
  const { db } = effects
  const invoice = await db.invoices.first({ where: { order: order.id, kind: 'invoice' } })
  if (invoice === undefined) return
  const lines = await linesOfRefund(refund, invoice, effects)
  const number = numberFrom('CN', await nextNumber('credit-notes', effects))
  const reference = { kind: 'creditNote', number, refund: refund.id, corrects: invoice.number } as const
  await db.invoices.create({ ...headOf(order, effects), ...sumsOfLines(lines), ...reference })
}

/** Takes a credit note back whose money has returned: by one that comes to as much below 0. */
export async function takeBackCreditNote(refund: string, effects: PaperEffects): Promise<void> {
  const { db } = effects
  const note = await db.invoices.first({ where: { refund } })
  if (note === undefined) return
  const lines = note.lines.map(({ net, tax, ...line }) => ({ ...line, net: 0 - net, tax: 0 - tax }))
  const number = numberFrom('CN', await nextNumber('credit-notes', effects))
  const order = await db.orders.get(note.order)
  await db.invoices.create({
    ...headOf(order, effects),
    ...sumsOfLines(lines),
    kind: 'creditNote',
    number,
    corrects: note.number,
  })
}

function headOf(order: Order, { now }: PaperEffects) {
  const { id, number: orderNumber, billingAddress, shippingAddress, currency } = order
  return { order: id, orderNumber, buyer: billingAddress ?? shippingAddress, currency, issuedAt: now }
}

/** The pieces that a refund is for, then the rest of its amount. */
async function linesOfRefund(
  { id, amount, reason }: Refund,
  invoice: Invoice,
  effects: PaperEffects,
): Promise<readonly InvoiceLine[]> {
  const { data } = await effects.db['refund-items'].find({ where: { refund: id }, limit: 1_000 })
  const items = new Map((await itemsOf(invoice.order, effects)).map((item) => [item.id, item]))
  const ofItems = data.map(({ orderItem, quantity, net, tax }) => {
    const { name, sku, taxRate } = items.get(orderItem)!
    return { label: `${name} (${sku})`, quantity, taxRate, net: net.amount, tax: tax.amount }
  })
  const rest = amount.amount - sumsOfLines(ofItems).total
  return rest > 0 ? [...ofItems, ...linesOfAmount(reason, rest, invoice.lines)] : ofItems
}

/** `INV-000042` */
function numberFrom(prefix: string, number: number): string {
  return `${prefix}-${String(number).padStart(6, '0')}`
}
