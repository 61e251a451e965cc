import type { FieldOf, FieldOptions } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { boundsProblems } from './bounds.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { reportIssue } from './report-issue.ts'
import { isLengthWithin, storableText } from './storable-text.ts'

/** Lengths are counted in characters (Unicode code points). */
export interface TextOptions extends FieldOptions<string> {
  /** Default 0: the empty text is a text. */
  readonly min?: number
  /** At most 1 000 000. Default 1 000, or 600 when unique. */
  readonly max?: number
  /**
   * Found anywhere in the text, unless anchored by `^` and `$`. Read as JSON Schema reads it: with the flag `u` and no other.
   *
   * It runs on every input: avoid repetition within repetition, such as `(a+)+`, whose time can double with each character.
   */
  readonly pattern?: RegExp
  /** Found by `search=`. At most 100 000 characters long then. Default false. */
  readonly search?: boolean
  /** White space at both ends is removed before anything is checked. Default false. */
  readonly trim?: boolean
}

/** Text: any characters except NUL. */
export function text<const O extends TextOptions = {}>(options?: OptionsFor<O, TextOptions>): FieldOf<string, O> {
  const { min = 0, max = defaultMax(options), pattern, search, trim }: TextOptions = options ?? {}
  const test = patternFrom(pattern)
  return defineField(
    {
      name: 'text',
      shape: { kind: 'text', minLength: min === 0 ? undefined : min, maxLength: max, pattern: test?.source },
      columns: [{ type: { kind: 'text' } }],
      operators: operatorSets.text,
      isSearchable: search === true,
      problems: [
        ...boundsProblems({ min, max }, 0, maxText),
        ...lengthProblems(max, options),
        ...patternProblems(pattern),
      ],
      parse(value, report) {
        const given = storableText(value, report)
        if (given === undefined) return undefined
        const result = trim === true ? given.trim() : given
        if (!isLengthWithin(result, min, max, report)) return undefined
        // After the length, so that the time a pattern takes is bounded by max.
        if (test?.test(result) === false) return reportIssue(report, 'pattern', { pattern: test.source })
        return result
      },
    },
    options ?? {},
  )
}

const maxText = 1_000_000
/** Longer words than these would overflow what PostgreSQL keeps for a search (1 MiB). */
const maxSearchable = 100_000
/** Four bytes each still fit an entry of a PostgreSQL index (2 704 bytes). */
const maxIndexable = 600
const maxForPattern = 10_000

function defaultMax(options: TextOptions | undefined): number {
  return options?.unique === true ? maxIndexable : 1_000
}

function lengthProblems(max: number, options: TextOptions | undefined): readonly string[] {
  const limits = [
    [options?.search === true, maxSearchable, 'A searchable text'],
    [options?.unique === true, maxIndexable, 'A unique text'],
    [options?.pattern !== undefined, maxForPattern, 'A text with a pattern'],
  ] as const
  return limits
    .filter(([applies, limit]) => applies && max > limit)
    .map(([_applies, limit, what]) => `${what} has at most ${limit} characters. Lower max.`)
}

function patternProblems(pattern: RegExp | undefined): readonly string[] {
  if (pattern === undefined) return []
  if (pattern.flags.replace('u', '') !== '') {
    return [
      `JSON Schema knows no flags of a pattern, but this one has ${pattern.flags}. Write it without, such as [Aa].`,
    ]
  }
  return patternFrom(pattern) === undefined ? ['The pattern is not valid with the flag u, which JSON Schema uses.'] : []
}

/** Compiled anew, because `lastIndex` of the given one could be moved by others. */
function patternFrom(pattern: RegExp | undefined): RegExp | undefined {
  try {
    return pattern && new RegExp(pattern.source, 'u')
  } catch {
    return undefined
  }
}
