/**
 * What a value looks like outside: in JSON, OpenAPI, GraphQL and forms.
 *
 * A closed vocabulary: consumers handle it with an exhaustive `Record<ShapeKind, …>`.
 */
export type Shape =
  | {
      readonly kind: 'text'
      readonly minLength?: number
      readonly maxLength?: number
      readonly pattern?: string
      readonly format?: TextFormat
    }
  | { readonly kind: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'number'; readonly min?: number; readonly max?: number }
  /** Text of digits with exactly `scale` digits after the point, e.g. `"12.50"`; `precision` digits in all. */
  | {
      readonly kind: 'decimal'
      readonly precision: number
      readonly scale: number
      readonly min?: string
      readonly max?: string
    }
  | { readonly kind: 'boolean' }
  /** `2026-03-01T09:30:00.000Z`: ISO 8601, UTC, milliseconds. */
  | { readonly kind: 'instant' }
  /** `2026-03-01` */
  | { readonly kind: 'date' }
  /** base64url without padding. */
  | { readonly kind: 'bytes'; readonly maxBytes?: number }
  | { readonly kind: 'json' }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  /** The id of a record of `target`. */
  | { readonly kind: 'reference'; readonly target: string }
  | {
      readonly kind: 'list'
      readonly items: Shape
      readonly minItems?: number
      readonly maxItems?: number
      readonly isUnique?: boolean
    }
  | { readonly kind: 'object'; readonly properties: Readonly<Record<string, Property>> }

export interface Property {
  readonly shape: Shape
  /** An input may leave it out, or give null. */
  readonly isOptional: boolean
  /** A record may have null there. */
  readonly isNullable: boolean
}

export type ShapeKind = Shape['kind']

/** Formats of text that OpenAPI and forms know by name. */
export type TextFormat = 'email' | 'uri' | 'uuid' | 'slug'
