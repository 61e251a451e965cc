import type { DefaultContext } from './field.ts'
import type { FieldModel } from './model.ts'

/** The value a field takes when the input gives none, or undefined. */
export function defaultValue(field: FieldModel, context: DefaultContext): unknown {
  const declared = field.options.default
  return typeof declared === 'function' ? declared({ actor: context.actor, now: context.now }) : declared
}
