/**
 * The codes of what can be wrong with a value, each with its sentence for the person who filled in the form.
 *
 * A sentence continues "It …": `must be at most 200 characters`. A code never changes meaning.
 */
export const issueSentences = Object.freeze({
  /** A value that must be there is not, or is null. */
  required: () => 'must be given',
  /** An object has a member that is not declared. */
  unknown_field: () => 'is not a known field',
  /** The value follows from other records and cannot be written. */
  read_only: () => 'cannot be set here',
  /** Another JSON type was expected. */
  type: ({ expected }: { expected: string }) => `must be ${expected}`,
  /** The right JSON type, but not what its text should look like. */
  format: ({ expected }: { expected: string }) => `must be ${expected}`,
  /** Text that not every database can store. */
  characters: () => 'must not contain the NUL character or one half of a surrogate pair',
  pattern: ({ pattern }: { pattern: string }) => `must match the pattern ${pattern}`,
  choice: ({ values }: { values: readonly string[] }) => `must be ${oneOf(values)}`,
  too_short: ({ min }: { min: number }) => `must be at least ${count(min, 'character')}`,
  too_long: ({ max }: { max: number }) => `must be at most ${count(max, 'character')}`,
  too_small: ({ min }: { min: number | string }) => `must be at least ${min}`,
  too_large: ({ max }: { max: number | string }) => `must be at most ${max}`,
  /** More digits than the decimal keeps; nothing is ever rounded. */
  too_many_digits: ({ precision, scale }: { precision: number; scale: number }) =>
    `must have at most ${count(precision - scale, 'digit')} before the point and ${scale} after it`,
  too_few_items: ({ min }: { min: number }) => `must have at least ${count(min, 'item')}`,
  too_many_items: ({ max }: { max: number }) => `must have at most ${count(max, 'item')}`,
  /** An item of a list is there twice. */
  duplicate: () => 'must not be given twice',
  /** Size of a JSON value, written without spaces, in UTF-8. */
  too_many_bytes: ({ max }: { max: number }) => `must be at most ${count(max, 'byte')} of JSON`,
  too_deep: ({ max }: { max: number }) => `must be nested at most ${count(max, 'level')} deep`,
})

export type IssueCode = keyof typeof issueSentences
/** The numbers and names inside the sentence of a code. */
export type IssueParams<Code extends IssueCode> = Parameters<(typeof issueSentences)[Code]>[0]

const shownChoices = 10

function oneOf(values: readonly string[]): string {
  if (values.length === 1) return String(values[0])
  if (values.length <= shownChoices) return `one of ${values.join(', ')}`
  return `one of ${values.slice(0, shownChoices).join(', ')} … (${values.length} values)`
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}
