import type { Fields, MailPlace, MailTemplate, ParsedValuesOf } from '../../plugin.ts'
import { mailPage } from './mail-page.ts'
import { textFromHtml } from './text-from-html.ts'

export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Makes a mail of a template. What is in the input is text, whatever it looks like. */
export function renderMail<I extends Fields>(
  template: MailTemplate<I>,
  input: ParsedValuesOf<I>,
  place: MailPlace,
): RenderedMail {
  const subject = oneLine(template.subject(input, place))
  const body = template.html(input, place)
  const text = template.text?.(input, place) ?? textFromHtml(String(body))
  return { subject, text: `${text.trim()}\n\n-- \n${oneLine(place.appName)}\n`, html: mailPage(subject, body, place) }
}

const longestSubject = 200

/** A name in a subject may have been chosen to break out of it. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .trim()
    .slice(0, longestSubject)
}
