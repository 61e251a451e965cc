import { hash } from 'node:crypto'
import { restErrors } from './errors.ts'

/** The entity tag of a record alone: its version says everything (RFC 9110, 8.8.3). */
export function versionTag(version: number): string {
  return `"${version}"`
}

/**
 * The entity tag of any other text. Callers choose much of what is in it, so that only a cryptographic hash keeps somebody from
 * changing a list under a tag that others have already (tests/security/forged-tags.test.ts).
 */
export function textTag(json: string): string {
  return `"${hash('sha256', json, 'base64url')}"`
}

export interface EntityTag {
  readonly isWeak: boolean
  /** With its quotes. */
  readonly tag: string
}

/**
 * Reads `If-Match` and `If-None-Match`.
 *
 * @throws rest_precondition_malformed
 */
export function entityTags(value: string, header: string): '*' | readonly EntityTag[] {
  if (value.trim() === '*') return '*'
  const tags: EntityTag[] = []
  let rest = value
  while (rest !== '') {
    const [whole, weak, tag] = tagAtStart.exec(rest) ?? []
    if (whole === undefined || tag === undefined) throw restErrors.precondition_malformed({ details: { header } })
    tags.push({ isWeak: weak !== undefined, tag })
    rest = rest.slice(whole.length)
  }
  if (tags.length === 0) throw restErrors.precondition_malformed({ details: { header } })
  return tags
}

const tagAtStart = /^[\t ]*(W\/)?("[\x21\x23-\x7e\x80-\xff]*")[\t ]*(?:,[\t ,]*|$)/

/** Whether the client has this text already: weak comparison (RFC 9110, 13.1.2). */
export function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false
  const tags = entityTags(ifNoneMatch, 'If-None-Match')
  return tags === '*' || tags.some((candidate) => candidate.tag === tag)
}

/** Whether a text is one the client asks for: strong comparison (RFC 9110, 13.1.1). */
export function isWanted(ifMatch: string | undefined, tag: string): boolean {
  if (ifMatch === undefined) return true
  const tags = entityTags(ifMatch, 'If-Match')
  return tags === '*' || tags.some((candidate) => !candidate.isWeak && candidate.tag === tag)
}
