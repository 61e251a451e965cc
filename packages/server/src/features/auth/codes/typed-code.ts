const longestTyped = 64

/** What a person typed or pasted as a code, in capitals and without spaces and lines. Undefined: too long to be one. */
export function typedCode(text: string): string | undefined {
  if (text.length > longestTyped) return undefined
  return text
    .normalize('NFKC')
    .replace(/[\s\p{Pd}\u2212]/gu, '')
    .toUpperCase()
}
