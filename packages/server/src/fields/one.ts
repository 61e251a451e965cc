import type { Field } from '../model/field.ts'
import { defineField } from './define-field.ts'
import { type FarSideOptions, farSideType } from './far-side.ts'

export type OneOptions = FarSideOptions

/** The record of `target` whose unique reference names this one: `one('profiles', { by: 'user' })`. */
export function one<const Target extends string>(
  target: Target,
  options: OneOptions = {},
): Field<never, undefined, { readonly kind: 'one'; readonly target: Target }> {
  const { by, ...common } = options
  return defineField(farSideType('one', target, by), common)
}
