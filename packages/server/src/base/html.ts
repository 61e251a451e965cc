/** HTML that may be written as it stands: made by `html`, never from text that comes from outside. */
export class Html {
  readonly #markup: string

  /** @param markup  of a programmer, not of a user. */
  constructor(markup: string) {
    this.#markup = markup
  }

  toString(): string {
    return this.#markup
  }
}

/** What may stand in html`…`. Lists are written one after the other; null, undefined and false write nothing. */
export type HtmlValue = Html | string | number | bigint | null | undefined | false | readonly HtmlValue[]

/**
 * Writes HTML: values are escaped, but for those that are HTML themselves. An attribute stands in quotes, and a link leads
 * only where links may lead: `https:`, `http:`, `mailto:`, `tel:`, or a path.
 *
 * @throws TypeError  where a value stands in a tag without quotes around it.
 */
export function html(texts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = texts[0]!
  values.forEach((value, index) => {
    requireSafePlace(markup)
    markup += (beginsLink(markup) ? safeLink(value) : markupOf(value)) + texts[index + 1]!
  })
  return new Html(markup)
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => escapes[sign]!)
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function markupOf(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Html) return value.toString()
  if (Array.isArray(value)) return value.map((part) => markupOf(part)).join('')
  return escapeHtml(String(value))
}

/** Without quotes, a value could end the attribute it stands in and begin another. */
function requireSafePlace(before: string): void {
  const tag = before.slice(before.lastIndexOf('<') + 1)
  const isInTag = before.includes('<') && !tag.includes('>')
  if (isInTag && !isQuoted(tag))
    throw new TypeError(`A value inside of a tag stands in quotes: <${tag.slice(0, 40)}"…"`)
}

function isQuoted(tag: string): boolean {
  let quote = ''
  for (const sign of tag) {
    if (sign === quote) quote = ''
    else if (quote === '' && (sign === '"' || sign === "'")) quote = sign
  }
  return quote !== ''
}

function beginsLink(before: string): boolean {
  return /\s(?:href|src|action|formaction)\s*=\s*["']$/i.test(before.slice(-40))
}

function safeLink(value: HtmlValue): string {
  const link = value instanceof Html ? '' : String(value ?? '').trim()
  return isSafeLink(link) ? escapeHtml(link) : '#'
}

/** Browsers ignore control characters inside of a scheme, so a link has none. */
export function isSafeLink(link: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u0020\u007f]/.test(link)) return false
  return /^(?:https?:\/\/|mailto:|tel:|\/(?!\/)|#|\?)/i.test(link)
}
