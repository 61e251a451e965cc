import { createRequire } from 'node:module'
import { type DestinationStream, pino } from 'pino'
import { isoNow, systemClock } from '../../base/clock.ts'
import type { Log } from '../../ports/log.ts'
import { flatMembers, secretName } from './flat-line.ts'
import { Packs } from './packs.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export interface LogOptions {
  /** Default `info`. */
  readonly level?: LogLevel
  /** Data of every line. */
  readonly base?: Readonly<Record<string, unknown>>
  /** Lines for people instead of JSON. Default: when the output is a terminal and pino-pretty is installed. */
  readonly isPretty?: boolean
  /** Default: the standard output. */
  readonly destination?: DestinationStream
}

/**
 * Writes structured log lines; what names a secret is replaced by `[redacted]`, however deep it lies.
 *
 * JSON lines leave in packs, at most a quarter of a second late: one by one they would cost as much as the requests they tell of.
 * An error, and the end of the process, takes all lines before it along.
 */
export function createLog(options: LogOptions = {}): Log & { flush(): void } {
  const output = options.destination === undefined ? standardOutput(options.isPretty) : given(options.destination)
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: options.base,
      timestamp: () => `,"time":"${isoNow(systemClock)}"`,
      formatters: { level: (label) => ({ level: label }), log: (data) => redact(data, 0) as Record<string, unknown> },
    },
    output.stream,
  )
  const base = flatMembers(options.base ?? {})
  const writing = (level: 'debug' | 'info' | 'warn') => {
    if (!logger.isLevelEnabled(level)) return () => {}
    return (data: object, message: string) => {
      const members = flatMembers(data)
      if (base === undefined || members === undefined) logger[level](data, message)
      else output.stream.write(lineOf(level, base + members, message))
    }
  }
  return {
    isDebug: logger.isLevelEnabled('debug'),
    debug: writing('debug'),
    info: writing('info'),
    warn: writing('warn'),
    error: (data, message) => {
      logger.error(data, message)
      output.flush()
    },
    flush: output.flush,
  }
}

/** As pino writes it. */
function lineOf(level: string, members: string, message: string): string {
  return `{"level":"${level}","time":"${isoNow(systemClock)}"${members},"msg":${JSON.stringify(message)}}\n`
}

interface Output {
  readonly stream: DestinationStream
  /** Writes out what is still held, before it returns. */
  flush(): void
}

function standardOutput(isPretty = process.stdout.isTTY === true): Output {
  const pretty = isPretty ? findPretty() : undefined
  if (pretty !== undefined) return given(pretty({ colorize: true, sync: true, translateTime: 'SYS:HH:MM:ss.l' }))
  const packs = new Packs()
  return { stream: packs, flush: () => packs.flush() }
}

function given(stream: DestinationStream): Output {
  return { stream, flush: () => {} }
}

/** pino-pretty is for development and need not be installed. */
function findPretty(): ((options: object) => DestinationStream) | undefined {
  try {
    return createRequire(import.meta.url)('pino-pretty')
  } catch {
    return undefined
  }
}

const maxDepth = 6

/** A copy where something is to be hidden, the value itself where not. */
function redact(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error || depth > maxDepth) return value
  let copy: Record<string, unknown> | undefined
  for (const [name, member] of Object.entries(value)) {
    const shown = secretName.test(name) && member != null ? '[redacted]' : redact(member, depth + 1)
    if (shown === member) continue
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
    copy[name] = shown
  }
  return copy ?? value
}
