import { newId } from '../base/id.ts'
import type { FieldOptions, InputOf, OutputOf, ValueField } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { limitProblems } from './bounds.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { reportIssue } from './report-issue.ts'
import { slugFromText } from './slug-from-text.ts'
import { isLengthWithin, storableText } from './storable-text.ts'

export interface SlugOptions extends FieldOptions<string> {
  /** The field it is made from on create, when none is given: `Crème brûlée` becomes `creme-brulee`. */
  readonly from?: string
  /** 16 to 200 characters. Default 100. */
  readonly max?: number
  /** Default true. */
  readonly unique?: boolean
}

/**
 * A readable name for URLs: lower-case letters, digits and single hyphens.
 *
 * When a made one is taken, `-2` to `-5` are tried, then a random ending.
 */
export function slug<const O extends SlugOptions = {}>(
  options?: OptionsFor<O, SlugOptions>,
): ValueField<OutputOf<string, O>, SlugInput<O>> {
  const { from, max = 100 }: SlugOptions = options ?? {}
  return defineField(
    {
      name: 'slug',
      shape: { kind: 'text', format: 'slug', minLength: 1, maxLength: max, pattern: slugPattern.source },
      columns: [{ type: { kind: 'text' } }],
      operators: operatorSets.text,
      siblings: from === undefined ? undefined : [from],
      problems: limitProblems('max', max, 16, 200),
      parse(value, report) {
        const given = storableText(value, report)
        if (given === undefined || !isLengthWithin(given, 1, max, report)) return undefined
        if (slugPattern.test(given)) return given
        return reportIssue(report, 'format', {
          expected: 'lower-case letters and digits with single hyphens between them, such as green-tea',
        })
      },
      derive: from === undefined ? undefined : (values, attempt) => derivedSlug(values[from], attempt, max),
    },
    { unique: true, ...options },
  )
}

export type SlugInput<O> = O extends { readonly from: string } ? InputOf<string, O> | undefined : InputOf<string, O>

const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/
const lastCountedAttempt = 4

function derivedSlug(source: unknown, attempt: number, max: number): string {
  const base = slugFromText(typeof source === 'string' || typeof source === 'number' ? String(source) : '')
  if (base === '') return randomPart()
  if (attempt === 0) return shorten(base, max)
  const ending = attempt <= lastCountedAttempt ? String(attempt + 1) : randomPart()
  return `${shorten(base, max - ending.length - 1)}-${ending}`
}

function shorten(base: string, max: number): string {
  return base.slice(0, max).replace(/-$/, '')
}

function randomPart(): string {
  return newId().slice(-8)
}
