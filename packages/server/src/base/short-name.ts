/** PostgreSQL cuts identifiers after 63 bytes, and two long names could become one. */
const maxLength = 63

/** The name itself, or when it is longer than 63 characters its beginning with a hash of the whole: still the same every time. */
export function shortName(name: string): string {
  if (name.length <= maxLength) return name
  return `${name.slice(0, maxLength - 9)}_${fnv1a(name).toString(16).padStart(8, '0')}`
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}
