import { domainToASCII } from 'node:url'
import type { FieldOf, FieldOptions } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { reportIssue } from './report-issue.ts'
import { isLengthWithin, storableText } from './storable-text.ts'

export type EmailOptions = FieldOptions<string>

/**
 * An e-mail address of at most 254 characters, kept without white space around it and with its domain in lower-case ASCII.
 *
 * The part before the `@` keeps its case, which the receiving server may care about. Quoted parts and bare host names are refused.
 */
export function email<const O extends EmailOptions = {}>(options?: OptionsFor<O, EmailOptions>): FieldOf<string, O> {
  return defineField(
    {
      name: 'email',
      shape: { kind: 'text', format: 'email', maxLength: maxAddress },
      columns: [{ type: { kind: 'text' } }],
      operators: operatorSets.text,
      parse(value, report) {
        const given = storableText(value, report)?.trim()
        if (given === undefined || !isLengthWithin(given, 0, maxAddress, report)) return undefined
        const address = canonicalAddress(given)
        if (address === undefined) {
          return reportIssue(report, 'format', { expected: 'an e-mail address, such as ada@example.com' })
        }
        return isLengthWithin(address, 0, maxAddress, report) ? address : undefined
      },
    },
    options ?? {},
  )
}

// RFC 5321, 4.5.3.1
const maxAddress = 254
const maxLocalPart = 64
/** RFC 5322 dot-atom. Neither expression can match one text in two ways, so both take linear time. */
const localPart = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/
const domain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?![0-9]+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

function canonicalAddress(given: string): string | undefined {
  const at = given.lastIndexOf('@')
  const local = given.slice(0, Math.max(at, 0))
  const host = asciiDomain(given.slice(at + 1))
  if (local.length > maxLocalPart || !localPart.test(local) || !domain.test(host)) return undefined
  return `${local}@${host}`
}

/** Empty when it is none. `domainToASCII` would take `example.com/x` and `ex%61mple.com` for example.com. */
function asciiDomain(given: string): string {
  return /^[\p{L}\p{M}\p{N}.-]+$/u.test(given) ? domainToASCII(given).toLowerCase() : ''
}
