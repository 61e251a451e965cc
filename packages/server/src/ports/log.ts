/** Structured log lines. The first argument holds data, the second a sentence; fields named in the redaction list never appear. */
export interface Log {
  /** False when lines of the level `debug` go nowhere, so that nobody needs to make them. Undefined: they may be read. */
  readonly isDebug?: boolean
  debug(data: object, message: string): void
  info(data: object, message: string): void
  warn(data: object, message: string): void
  error(data: object, message: string): void
}
