import type { FieldOf, FieldOptions } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { reportIssue } from './report-issue.ts'
import { isLengthWithin, storableText } from './storable-text.ts'

export interface UrlOptions extends FieldOptions<string> {
  /** Without colon. Default http and https. */
  readonly protocols?: readonly string[]
}

/**
 * An absolute URL of at most 2 000 characters, kept as the URL standard writes it: `https://Example.com` becomes `https://example.com/`.
 *
 * One with a user name or password in it is refused: such URLs are shown and logged.
 */
export function url<const O extends UrlOptions = {}>(options?: OptionsFor<O, UrlOptions>): FieldOf<string, O> {
  const protocols: readonly string[] = options?.protocols ?? ['http', 'https']
  const expected = `a URL that begins with ${protocols.map((protocol) => `${protocol}:`).join(' or ')}`
  return defineField(
    {
      name: 'url',
      shape: { kind: 'text', format: 'uri', maxLength: maxUrl },
      columns: [{ type: { kind: 'text' } }],
      operators: operatorSets.text,
      problems: protocolProblems(protocols),
      parse(value, report) {
        const given = storableText(value, report)?.trim()
        if (given === undefined || !isLengthWithin(given, 0, maxUrl, report)) return undefined
        const parsed = parseUrl(given)
        if (parsed === undefined || !protocols.includes(parsed.protocol.slice(0, -1))) {
          return reportIssue(report, 'format', { expected })
        }
        if (parsed.username !== '' || parsed.password !== '') {
          return reportIssue(report, 'format', { expected: 'a URL without a user name and password' })
        }
        return isLengthWithin(parsed.href, 0, maxUrl, report) ? parsed.href : undefined
      },
    },
    options ?? {},
  )
}

const maxUrl = 2_000

function protocolProblems(protocols: readonly string[]): readonly string[] {
  if (protocols.length === 0) return ['A URL needs at least one of protocols.']
  return protocols
    .filter((protocol) => !/^[a-z][a-z0-9+.-]*$/.test(protocol))
    .map((protocol) => `The protocol ${protocol} must be written in lower case and without colon, such as https.`)
}

function parseUrl(given: string): URL | undefined {
  // The parser drops line breaks and tabs inside; whoever sent them meant something else.
  if (/[\s\p{Cc}]/u.test(given)) return undefined
  const parsed = URL.parse(given)
  if (parsed === null || !/^(?:[\w.-]*|\[[0-9a-f:.]+\])$/.test(parsed.hostname)) return undefined
  parsed.pathname = rfc3986(parsed.pathname)
  parsed.search = rfc3986(parsed.search)
  parsed.hash = rfc3986(parsed.hash)
  return parsed
}

/** The URL standard leaves some characters that RFC 3986, and so the JSON Schema format `uri`, does not allow. */
function rfc3986(part: string): string {
  return part.replace(/%(?![0-9a-f]{2})|["<>[\]\\^`{|}]|(?<=#.*)#/gi, encodeURIComponent)
}
