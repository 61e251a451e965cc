import type { Invoice } from './invoice-lines.ts'

type Draw = (invoice: Invoice) => Promise<Buffer>

/** Enough for those who look at theirs right now: of a few ten kilobytes each. */
const most = 100

/** Draws what was not among the last that were asked for: an invoice never changes, and drawing one keeps everybody else waiting. */
export function lastDrawn(draw: Draw): Draw {
  const drawn = new Map<string, Promise<Buffer>>()
  return async (invoice) => {
    const { id } = invoice
    const pdf = drawn.get(id) ?? draw(invoice)
    drawn.delete(id) // the latest stands last
    drawn.set(id, pdf)
    if (drawn.size > most) drawn.delete(drawn.keys().next().value!)
    pdf.catch(() => drawn.delete(id))
    return pdf
  }
}
