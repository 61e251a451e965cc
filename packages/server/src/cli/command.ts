import { type ParseArgsConfig, parseArgs } from 'node:util'
import { nearestName } from '../base/nearest-name.ts'
import { cliErrors } from './errors.ts'

/** One word of the command line, or two: `start`, `key create`. */
export interface Command {
  readonly name: string
  /** One line, for the list of commands. */
  readonly summary: string
  readonly help: string
  run(args: readonly string[]): Promise<void>
}

interface Option {
  readonly type: 'string' | 'boolean'
  readonly multiple?: boolean
  readonly description: string
  /** What stands for the value in the help: `--port <number>`. */
  readonly value?: string
  /** What the value has to be, for whoever gave none: `a number from 0 to 65535`. */
  readonly wanted?: string
}
type Options = Readonly<Record<string, Option>>

type OptionValue<O extends Option> = O['type'] extends 'boolean' ? boolean : string
type OptionValues<O extends Options> = {
  readonly [K in keyof O]?: O[K] extends { readonly multiple: true } ? readonly OptionValue<O[K]>[] : OptionValue<O[K]>
}

interface CommandDefinition<O extends Options> {
  readonly summary: string
  /** Names of the arguments, all of them required: `['folder']`. Default none. */
  readonly arguments?: readonly string[]
  /** Names of arguments that may follow those. Default none. */
  readonly optionalArguments?: readonly string[]
  readonly options?: O
  /** Lines after the options: what surprises, an example. */
  readonly notes?: string
  run(options: OptionValues<O>, ...args: readonly string[]): void | Promise<void>
}

/** Makes a command whose options are typed by their declaration. `--help` is answered here, for all of them. */
export function defineCommand<const O extends Options = {}>(name: string, definition: CommandDefinition<O>): Command {
  const help = helpText(name, definition)
  return Object.freeze({
    name,
    summary: definition.summary,
    help,
    async run(args: readonly string[]) {
      if (args.includes('--help') || args.includes('-h')) return console.log(help)
      const { values, positionals } = parse(name, definition, args)
      await definition.run(values as OptionValues<O>, ...positionals)
    },
  })
}

function helpText(
  name: string,
  { summary, arguments: names = [], optionalArguments = [], options = {}, notes }: CommandDefinition<Options>,
): string {
  const words = [...names.map((argument) => `<${argument}>`), ...optionalArguments.map((argument) => `[${argument}]`)]
  const usage = ['galley', name, ...words, '[options]'].join(' ')
  const rows = [...Object.entries(options), ['help', { type: 'boolean', description: 'Show this help.' }] as const]
  const lines = columns(rows.map(([option, about]) => [optionUsage(option, about), about.description]))
  return [summary, '', `Usage: ${usage}`, '', ...lines, ...(notes === undefined ? [] : ['', notes])].join('\n')
}

function optionUsage(name: string, option: Option): string {
  return option.type === 'boolean' ? `--${name}` : `--${name} <${option.value ?? 'text'}>`
}

/** Rows of two columns as lines, indented and aligned. */
export function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}

function parse(name: string, definition: CommandDefinition<Options>, args: readonly string[]) {
  const parsed = parseOrExplain(name, { args: [...args], options: definition.options ?? {}, allowPositionals: true })
  const wanted = definition.arguments ?? []
  const missing = wanted[parsed.positionals.length]
  if (missing !== undefined) throw usageError(name, `It needs ${article(missing)} ${missing}.`)
  const surplus = parsed.positionals[wanted.length + (definition.optionalArguments?.length ?? 0)]
  if (surplus !== undefined) throw usageError(name, `The argument ${surplus} is one too many.`)
  return parsed
}

function parseOrExplain(name: string, config: ParseArgsConfig & { args: string[] }) {
  try {
    return parseArgs(config)
  } catch (error) {
    throw usageError(name, problemOf(error as Error & { code?: string }, config.options as Options))
  }
}

/** Says that a command was called wrongly; ends with exit code 2. */
export function usageError(command: string, problem: string) {
  return cliErrors.usage({ details: { problem, command: `galley ${command}`.trim() } })
}

// Node's own sentences quote the option and go on about how to write arguments that begin with a hyphen.
function problemOf(error: Error & { code?: string }, options: Options): string {
  const option = /'-{0,2}([^'\s]+)/.exec(error.message)?.[1] ?? ''
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const near = nearestName(option, Object.keys(options))
    return `There is no option --${option}.${didYouMean(near && `--${near}`)}`
  }
  if (error.message.includes('does not take an argument')) return `The option --${option} takes no value.`
  const wanted = options[option]?.wanted
  return `The option --${option} needs a value${wanted === undefined ? '' : `: ${wanted}`}.`
}

/** A sentence to put after one that says what there is not; empty when nothing was near. */
export function didYouMean(meant: string | undefined): string {
  return meant === undefined ? '' : ` Did you mean ${meant}?`
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? 'an' : 'a'
}
