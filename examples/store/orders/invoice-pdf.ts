import { fileURLToPath } from 'node:url'
import type { Address } from 'galley'
import { moneyText } from '../pricing/currencies.ts'
import { rateText } from '../pricing/taxes.ts'
import type { Invoice } from './invoice-lines.ts'
import { seller } from './seller.ts'

// A font of our own, because those that every reader has know neither Kovač nor Zieliński.
const fonts = {
  text: fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
  bold: fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
}
const left = 56
const width = 595 - 2 * left
const columns = { label: left, quantity: 300, rate: 350, net: 400, total: 470 } as const
const bottom = 760

/** Draws an invoice, or a credit note, on sheets of A4. */
export async function invoicePdf(invoice: Invoice): Promise<Buffer> {
  const { default: PDFDocument } = await import('pdfkit') // by those who draw: it takes a tenth of a second to load
  const title = `${titles[invoice.kind]} ${invoice.number}`
  const issuedAt = new Date(invoice.issuedAt)
  const pdf = new PDFDocument({ size: 'A4', margin: left, info: { Title: title, CreationDate: issuedAt } })
  const whole = bytesOf(pdf)
  pdf.registerFont('text', fonts.text).registerFont('bold', fonts.bold).font('text').fontSize(9)
  drawHead(pdf, invoice, title)
  drawLines(pdf, invoice)
  drawSums(pdf, invoice)
  pdf.end()
  return whole
}

type Pdf = PDFKit.PDFDocument

const countries = new Intl.DisplayNames('en', { type: 'region' })
const titles = { invoice: 'Invoice', creditNote: 'Credit note' } as const

function drawHead(pdf: Pdf, { buyer, issuedAt, orderNumber, corrects }: Invoice, title: string): void {
  pdf.font('bold').fontSize(14).text(seller.name, left, left)
  pdf.font('text').fontSize(9).text(seller.lines.join('\n'))
  pdf.text(addressText(buyer), left, 150)
  pdf.font('bold').fontSize(14).text(title, left, 240).font('text').fontSize(9).moveDown()
  pdf.text(`Date: ${issuedAt.slice(0, 10)}`)
  pdf.text(`Order: ${orderNumber}`)
  if (corrects !== null) pdf.text(`Corrects ${corrects}`)
  pdf.moveDown(2)
}

function addressText({ name, line1, line2, postalCode, city, region, country }: Address): string {
  const lines = [name, line1, line2, `${postalCode} ${city}`, region, countries.of(country) ?? country]
  return lines.filter((line) => line !== null).join('\n')
}

function drawLines(pdf: Pdf, { lines, currency }: Invoice): void {
  pdf.font('bold')
  drawRow(pdf, ['Item', 'Pieces', 'Tax', 'Net', 'Total'])
  pdf.font('text')
  for (const { label, quantity, taxRate, net, tax } of lines) {
    const [netText, totalText] = [net, net + tax].map((amount) => figures(amount, currency)) as [string, string]
    drawRow(pdf, [label, String(quantity), rateText(taxRate), netText, totalText])
  }
  pdf.moveDown()
}

function drawRow(pdf: Pdf, [label, quantity, rate, net, total]: readonly [string, string, string, string, string]) {
  if (pdf.y > bottom) pdf.addPage()
  const { y } = pdf
  const cell = (text: string, from: number, to: number) => pdf.text(text, from, y, { width: to - from, align: 'right' })
  cell(quantity, columns.quantity - 20, columns.rate - 10)
  cell(rate, columns.rate - 10, columns.net - 5)
  cell(net, columns.net - 5, columns.total - 5)
  cell(total, columns.total - 5, left + width)
  pdf.text(label, columns.label, y, { width: columns.quantity - columns.label - 30 }) // last: it may need several lines
  pdf.x = left
}

function drawSums(pdf: Pdf, { taxes, net, total, currency }: Invoice): void {
  const sums = [
    `Net: ${moneyText({ amount: net, currency })}`,
    ...taxes.map(
      ({ taxRate, net, tax }) =>
        `Tax ${rateText(taxRate)} on ${moneyText({ amount: net, currency })}: ${moneyText({ amount: tax, currency })}`,
    ),
  ]
  if (pdf.y > bottom - 60) pdf.addPage()
  for (const sum of sums) pdf.text(sum, left, undefined, { width, align: 'right' })
  pdf.font('bold').text(`Total: ${moneyText({ amount: total, currency })}`, { width, align: 'right' })
}

/** `12.50`: the currency stands below. */
function figures(amount: number, currency: string): string {
  return moneyText({ amount, currency }).replace(` ${currency}`, '')
}

async function bytesOf(pdf: Pdf): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of pdf) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
