import { defaultLimits, type Settings } from './app.ts'
import type { Problems } from './problems.ts'

/** Reports settings that cannot be meant: limits of nothing, origins that are none. */
export function checkSettings(settings: Settings, problems: Problems): void {
  checkLimits(settings.limits ?? {}, problems)
  checkRateLimit(settings.rateLimit, problems)
  for (const origin of settings.cors?.origins ?? []) {
    if (!isOrigin(origin))
      problems.add(
        'settings.cors.origins',
        `${origin} is not an origin. Write it as https://shop.example, without a path.`,
      )
  }
}

function checkLimits(limits: Readonly<Record<string, unknown>>, problems: Problems): void {
  for (const [name, value] of Object.entries(limits)) {
    const path = `settings.limits.${name}`
    if (!Object.hasOwn(defaultLimits, name))
      problems.add(path, `There is no such limit. The limits are: ${Object.keys(defaultLimits).join(', ')}.`)
    else if (!isCount(value)) problems.add(path, 'A limit is a whole number from 1.')
  }
}

function checkRateLimit(rateLimit: Settings['rateLimit'], problems: Problems): void {
  if (rateLimit === undefined || rateLimit === false) return
  for (const name of ['max', 'windowSeconds'] as const) {
    if (!isCount(rateLimit[name]))
      problems.add(
        `settings.rateLimit.${name}`,
        'It is a whole number from 1. To turn the limit off, write rateLimit: false.',
      )
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}
