/** What a client would like (RFC 7240), as far as it can be had. Everything else is ignored, as the RFC asks. */
export interface Preferences {
  /** `return=minimal`: no body. */
  readonly isMinimal: boolean
  /** `tx=rollback`: do it, tell what would come of it, and undo it. */
  readonly isRehearsal: boolean
}

const none: Preferences = Object.freeze({ isMinimal: false, isRehearsal: false })

export function preferencesIn(header: string | string[] | undefined): Preferences {
  if (header === undefined) return none
  const found = new Map<string, string>()
  for (const part of String(header).split(',')) {
    const [name = '', value = ''] = part.split(';', 1)[0]!.split('=', 2)
    const key = name.trim().toLowerCase()
    // Of a preference that is given twice, the first counts (RFC 7240, 2).
    if (!found.has(key)) found.set(key, value.trim().replaceAll('"', '').toLowerCase())
  }
  return { isMinimal: found.get('return') === 'minimal', isRehearsal: found.get('tx') === 'rollback' }
}

/** `Preference-Applied`; undefined when there is nothing to say. */
export function preferencesApplied({ isMinimal, isRehearsal }: Preferences): string | undefined {
  if (!isMinimal && !isRehearsal) return undefined
  return [...(isMinimal ? ['return=minimal'] : []), ...(isRehearsal ? ['tx=rollback'] : [])].join(', ')
}
