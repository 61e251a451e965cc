/** What kind of thing went wrong; a protocol turns it into its own status once (HTTP: see `http/errors.ts`). */
export type ErrorCategory =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'stale'
  | 'unprocessable'
  | 'too_many'
  | 'unavailable'
  | 'internal'

/** One problem of an input, addressed so that a form can show it beside its field. */
export interface Issue {
  /** RFC 6901 JSON pointer into the body (`/address/city`), or the name of the query parameter (`filter[price][gte]`). */
  readonly pointer: string
  readonly code: string
  /** A sentence for the person who must act. */
  readonly message: string
  /** The numbers and names inside the message, for translation: `{ max: 200 }`. */
  readonly params?: Readonly<Record<string, unknown>>
}

export interface ErrorDefinition {
  readonly category: ErrorCategory
  /** Says what to do. `{name}` is replaced by `details.name`. */
  readonly message: string
}

export interface ErrorOptions {
  /** For the log only; never leaves the server. */
  readonly cause?: unknown
  /** Safe to show to the caller. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly issues?: readonly Issue[]
}

/** An error with a stable code, a category and a sentence that may be shown to whoever asked. */
export class GalleyError extends Error {
  readonly code: string
  readonly category: ErrorCategory
  readonly details: Readonly<Record<string, unknown>>
  readonly issues: readonly Issue[]

  constructor(code: string, definition: ErrorDefinition, options: ErrorOptions = {}) {
    super(
      fillIn(definition.message, options.details ?? {}),
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.name = 'GalleyError'
    this.code = code
    this.category = definition.category
    this.details = options.details ?? {}
    this.issues = options.issues ?? []
  }
}

export type ErrorFactory = ((options?: ErrorOptions) => GalleyError) & { readonly code: string } & ErrorDefinition

/**
 * Defines the errors of one area as a table of factories: `throw authErrors.token_expired()`.
 *
 * The code is `<area>_<key>`; it never changes meaning and is never reused (`tests/errors.test.ts`).
 */
export function defineErrors<T extends Record<string, ErrorDefinition>>(
  area: string,
  table: T,
): { readonly [K in keyof T]: ErrorFactory } {
  const factories: Record<string, ErrorFactory> = {}
  for (const [key, definition] of Object.entries(table)) {
    const code = `${area}_${key}`
    const factory = (options?: ErrorOptions) => new GalleyError(code, definition, options)
    factories[key] = Object.assign(factory, { code, ...definition })
  }
  return Object.freeze(factories) as { readonly [K in keyof T]: ErrorFactory }
}

function fillIn(message: string, details: Readonly<Record<string, unknown>>): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => (name in details ? String(details[name]) : whole))
}
