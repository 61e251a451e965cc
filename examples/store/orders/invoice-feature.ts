import { Readable } from 'node:stream'
import {
  defineFeature,
  type FeatureContext,
  type RouteAnswer,
  type RouteRequest,
  reference,
  route,
} from 'galley/plugin'
import { storeDbOf } from '../collections.ts'
import { storeErrors } from '../errors.ts'
import type { Invoice } from './invoice-lines.ts'
import { invoicePdf } from './invoice-pdf.ts'
import { lastDrawn } from './last-drawn.ts'

/** Serves invoices and credit notes as PDF, to whoever may read the order. */
export const invoiceFeature = defineFeature({
  name: 'invoices',
  start(context) {
    const pdfOf = lastDrawn(invoicePdf)
    return {
      routes: [
        route('GET', '/api/orders/:id/invoice', {
          collection: 'orders',
          summary: 'The invoice of an order that is paid, or a credit note of it, as PDF',
          input: { creditNote: reference('invoices', { optional: true }) },
          streams: ['application/pdf'],
          async run(request) {
            const invoice = await invoiceFor(request, context)
            return download(invoice, await pdfOf(invoice))
          },
        }),
      ],
    }
  },
})

/** @throws operation_not_found, store_invoice_missing */
async function invoiceFor(
  { params, input, actor }: RouteRequest<{ readonly creditNote: string | null }>,
  context: FeatureContext,
): Promise<Invoice> {
  const db = storeDbOf(context.dbAs(actor)) // the rules of the collections decide who sees what
  const order = await db.orders.get(params.id!)
  const kind = input.creditNote === null ? { kind: 'invoice' as const } : { id: input.creditNote }
  const invoice = await db.invoices.first({ where: { order: order.id, ...kind } })
  if (invoice === undefined) throw storeErrors.invoice_missing()
  return invoice
}

function download({ number }: Invoice, bytes: Buffer): RouteAnswer {
  return {
    stream: {
      type: 'application/pdf',
      bytes: bytes.length,
      open: (part) => Readable.from([part === undefined ? bytes : bytes.subarray(part.first, part.last + 1)]),
    },
    headers: { 'Content-Disposition': `attachment; filename="${number}.pdf"` },
  }
}
