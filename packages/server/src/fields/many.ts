import type { Field } from '../model/field.ts'
import { defineField } from './define-field.ts'
import { type FarSideOptions, farSideType } from './far-side.ts'

export type ManyOptions = FarSideOptions

/** All records of `target` that refer to this one: `many('reviews', { by: 'product' })`. Read by `expand`, written over there. */
export function many<const Target extends string>(
  target: Target,
  options: ManyOptions = {},
): Field<never, undefined, { readonly kind: 'many'; readonly target: Target }> {
  const { by, ...common } = options
  return defineField(farSideType('many', target, by), common)
}
