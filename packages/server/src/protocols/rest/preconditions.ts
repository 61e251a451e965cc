import type { IncomingHttpHeaders } from 'node:http'
import type { ChangeOptions, ReplaceOptions } from '../../operations/operations.ts'
import { restErrors } from './errors.ts'
import { type EntityTag, entityTags } from './etag.ts'

/** What `If-Match` demands of a record that is to be changed. */
export function changeOptions(headers: IncomingHttpHeaders): ChangeOptions {
  refuse(headers, 'if-none-match')
  return wantedVersions(headers)
}

/** What `If-Match` and `If-None-Match: *` demand of a record that is to be replaced or created. */
export function replaceOptions(headers: IncomingHttpHeaders): ReplaceOptions {
  const value = headers['if-none-match']
  if (value === undefined) return wantedVersions(headers)
  if (entityTags(value, 'If-None-Match') !== '*')
    throw restErrors.precondition_unsupported({ details: { header: 'If-None-Match other than *' } })
  return { ...wantedVersions(headers), mustNotExist: true }
}

/** A precondition that is not looked at must not be taken for one that holds. */
export function refusePreconditions(headers: IncomingHttpHeaders): void {
  refuse(headers, 'if-match')
  refuse(headers, 'if-none-match')
}

function refuse(headers: IncomingHttpHeaders, name: 'if-match' | 'if-none-match'): void {
  if (headers[name] === undefined) return
  throw restErrors.precondition_unsupported({ details: { header: name === 'if-match' ? 'If-Match' : 'If-None-Match' } })
}

function wantedVersions({ 'if-match': value }: IncomingHttpHeaders): ChangeOptions {
  if (value === undefined) return {}
  const tags = entityTags(value, 'If-Match')
  return tags === '*' ? { mustExist: true } : { versions: tags.flatMap(versionOf) }
}

/** A tag that is no version, or weak, matches no version. */
function versionOf({ isWeak, tag }: EntityTag): number[] {
  return !isWeak && /^"[1-9]\d{0,14}"$/.test(tag) ? [Number(tag.slice(1, -1))] : []
}
