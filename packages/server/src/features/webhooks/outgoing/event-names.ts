/** Whether one of the patterns means the event: its name, `orders.*`, or `*`. */
export function isWanted(type: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => (pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type))
}

/** Whether it is `*`, `orders.*` or a name. */
export function isPattern(pattern: string): boolean {
  return pattern === '*' || /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(\.\*)?$/.test(pattern)
}
