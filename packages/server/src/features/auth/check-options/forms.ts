import { inspect } from 'node:util'
import { checkOptions, durationMs, isObject, likelyDuration, nearestName, type Problems } from '../../../plugin.ts'

/** Reports what is wrong with how an option is written, whatever the application declares. */
export type Form = (value: unknown, path: string, problems: Problems) => void

/** An option with options of its own; what is undefined is left out. @param required  what to say where one is. */
export function members<T>(
  example: string,
  forms: Readonly<Record<keyof T & string, Form>>,
  required: { readonly [K in keyof T & string]?: string } = {},
): Form {
  return (value, path, problems) => {
    if (!isObject(value)) return problems.add(path, `${given(value)} Write ${example}.`)
    const names = Object.keys(forms) as (keyof T & string)[]
    checkOptions(value, names, path, problems)
    for (const name of names) {
      if (value[name] !== undefined) forms[name](value[name], `${path}.${name}`, problems)
      else if (required[name] !== undefined && !isMisspelt(name, value, names))
        problems.add(`${path}.${name}`, required[name])
    }
  }
}

/** It is there under another name, which is told. */
function isMisspelt(name: string, value: object, names: readonly string[]): boolean {
  return Object.keys(value).some((other) => !names.includes(other) && nearestName(other, names) === name)
}

export function listOf(form: Form, example: string): Form {
  return (value, path, problems) => {
    if (!Array.isArray(value)) return problems.add(path, `${given(value)} Write a list: ${example}.`)
    for (const [position, item] of value.entries()) form(item, `${path}[${position}]`, problems)
  }
}

/** A list of names, such as roles. @param example  one of them. @param otherwise  what else may be written. */
export function names(example: string, otherwise = ''): Form {
  return (value, path, problems) => {
    if (Array.isArray(value)) return listOf(text(example), `['${example}']`)(value, path, problems)
    const one = typeof value === 'string' && value !== '' ? value : example
    problems.add(path, `${given(value)} Write a list: ['${one}']${otherwise}.`)
  }
}

export function text(example: string): Form {
  return (value, path, problems) => {
    if (typeof value !== 'string' || value === '')
      problems.add(path, `${given(value)} Write a text, such as '${example}'.`)
  }
}

export function oneOf(...choices: readonly unknown[]): Form {
  return (value, path, problems) => {
    if (choices.includes(value)) return
    const near = typeof value === 'string' ? nearestName(value, choices.map(String)) : undefined
    const instead =
      near === undefined ? `Write ${choices.map((choice) => inspect(choice)).join(' or ')}.` : `Did you mean ${near}?`
    problems.add(path, `${given(value)} ${instead}`)
  }
}

export const flag: Form = oneOf(true, false)

export function integer(least: number, most: number): Form {
  return (value, path, problems) => {
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
      problems.add(path, `${given(value)} Write a whole number from ${least} to ${most}.`)
  }
}

/** @param least, most  of the times that are taken, such as `1h`. */
export function duration(least?: string, most?: string): Form {
  return (value, path, problems) => {
    const ms = typeof value === 'string' ? durationMs(value) : undefined
    if (ms === undefined) return problems.add(path, `${given(value)} Write ${likely(value) ?? anyTime}.`)
    if (least !== undefined && most !== undefined && (ms < durationMs(least)! || ms > durationMs(most)!))
      problems.add(path, `${given(value)} Write a time from ${least} to ${most}.`)
  }
}

const anyTime = 'a time such as 10m, 12h or 30d'

function likely(value: unknown): string | undefined {
  const time = typeof value === 'string' || typeof value === 'number' ? likelyDuration(String(value)) : undefined
  return time === undefined ? undefined : `'${time}'`
}

/** @param isLike  what more it has to be. */
export function webAddress(example: string, isLike: (address: string) => boolean = () => true): Form {
  return (value, path, problems) => {
    const isOne = typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '') && isLike(value)
    if (!isOne) problems.add(path, `${given(value)} Write an address such as ${example}.`)
  }
}

export function callable(example: string): Form {
  return (value, path, problems) => {
    if (typeof value !== 'function') problems.add(path, `${given(value)} Write a function: ${example}.`)
  }
}

/** What was written, so that whoever reads it finds it; never the whole of something big. */
function given(value: unknown): string {
  if (value === undefined) return 'It is missing.'
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'It is a list.' : 'It is an object.'
  return typeof value === 'function' ? 'It is a function.' : `It is ${inspect(value, { maxStringLength: 100 })}.`
}
