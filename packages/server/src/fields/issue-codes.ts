import type { IssueCode } from '../base/issue-codes.ts'

/**
 * The sentences of what can be wrong with a value (`base/issue-codes.ts`), for the person who filled in the form.
 *
 * A sentence continues "It …": `must be at most 200 characters`.
 */
export const issueSentences = Object.freeze({
  required: () => 'must be given',
  unknown_field: () => 'is not a known field',
  read_only: () => 'cannot be set here',
  type: ({ expected }: { expected: string }) => `must be ${expected}`,
  format: ({ expected }: { expected: string }) => `must be ${expected}`,
  characters: () => 'must not contain the NUL character or one half of a surrogate pair',
  pattern: ({ pattern }: { pattern: string }) => `must match the pattern ${pattern}`,
  choice: ({ values }: { values: readonly string[] }) => `must be ${oneOf(values)}`,
  too_short: ({ min }: { min: number }) => `must be at least ${count(min, 'character')}`,
  too_long: ({ max }: { max: number }) => `must be at most ${count(max, 'character')}`,
  too_small: ({ min }: { min: number | string }) => `must be at least ${min}`,
  too_large: ({ max }: { max: number | string }) => `must be at most ${max}`,
  too_many_digits: ({ precision, scale }: { precision: number; scale: number }) =>
    `must have at most ${count(precision - scale, 'digit')} before the point and ${scale} after it`,
  too_few_items: ({ min }: { min: number }) => `must have at least ${count(min, 'item')}`,
  too_many_items: ({ max }: { max: number }) => `must have at most ${count(max, 'item')}`,
  duplicate: () => 'must not be given twice',
  too_many_bytes: ({ max }: { max: number }) => `must be at most ${count(max, 'byte')} of JSON`,
  too_deep: ({ max }: { max: number }) => `must be nested at most ${count(max, 'level')} deep`,
} satisfies Partial<Record<IssueCode, (params: never) => string>>)

export type FieldIssueCode = keyof typeof issueSentences
/** The numbers and names inside the sentence of a code. */
export type IssueParams<Code extends FieldIssueCode> = Parameters<(typeof issueSentences)[Code]>[0]

const shownChoices = 10

function oneOf(values: readonly string[]): string {
  if (values.length === 1) return String(values[0])
  if (values.length <= shownChoices) return `one of ${values.join(', ')}`
  return `one of ${values.slice(0, shownChoices).join(', ')} … (${values.length} values)`
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}
