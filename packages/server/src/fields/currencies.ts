/** Whether a code is a currency of ISO 4217, among them those no longer in use. */
export function isCurrency(code: unknown): boolean {
  known ??= new Set(Intl.supportedValuesOf('currency'))
  return known.has(code)
}

/**
 * How many digits of the amount are after the point in `currency`: 2 for EUR, 0 for JPY, 3 for KWD.
 *
 * Follows ISO 4217, as payment providers do; `Intl.NumberFormat` follows what people write instead (0 for ALL).
 */
export function minorUnits(currency: string): number {
  return exceptions[currency] ?? 2
}

let known: ReadonlySet<unknown> | undefined

const exceptions: Readonly<Record<string, number | undefined>> = Object.freeze({
  ...unitsOf(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...unitsOf(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...unitsOf(4, 'CLF UYW'),
})

function unitsOf(units: number, currencies: string): Record<string, number> {
  return Object.fromEntries(currencies.split(' ').map((currency) => [currency, units]))
}
