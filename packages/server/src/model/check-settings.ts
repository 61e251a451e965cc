import { addressRangeFromText } from '../base/address-range.ts'
import { defaultLimits, type Settings } from './app.ts'
import { checkOptions, noSuchOption } from './check-options.ts'
import type { Problems } from './problems.ts'

/** Reports settings that cannot be meant: limits of nothing, origins that are none. */
export function checkSettings(settings: Settings, problems: Problems): void {
  const { cache, ...others } = settings as Settings & { readonly cache?: unknown }
  if (cache !== undefined) problems.add('settings.cache', cacheIsElsewhere)
  checkOptions(others, settingNames, 'settings', problems)
  checkOptions(settings.cors, ['origins'], 'settings.cors', problems)
  checkLimits(settings.limits ?? {}, problems)
  checkRateLimit(settings.rateLimit, problems)
  checkOutgoing(settings.outgoing, problems)
  for (const origin of settings.cors?.origins ?? []) {
    if (!isOrigin(origin))
      problems.add(
        'settings.cors.origins',
        `${origin} is not an origin. Write it as https://shop.example, without a path.`,
      )
  }
}

const settingNames = [
  'cors',
  'rateLimit',
  'limits',
  'trustedProxies',
  'outgoing',
] as const satisfies readonly (keyof Settings)[]

const cacheIsElsewhere =
  "There is no such option. Each collection says whether its answers are kept: collection('…', { cache: { maxAge: '1h' } })."

function checkLimits(limits: Readonly<Record<string, unknown>>, problems: Problems): void {
  for (const [name, value] of Object.entries(limits)) {
    const path = `settings.limits.${name}`
    if (!Object.hasOwn(defaultLimits, name)) problems.add(path, noSuchOption(name, Object.keys(defaultLimits)))
    else if (!isCount(value)) problems.add(path, 'A limit is a whole number from 1.')
  }
}

function checkRateLimit(rateLimit: Settings['rateLimit'], problems: Problems): void {
  if (rateLimit === undefined || rateLimit === false) return
  checkOptions(rateLimit, ['max', 'windowSeconds'], 'settings.rateLimit', problems)
  for (const name of ['max', 'windowSeconds'] as const) {
    if (!isCount(rateLimit[name]))
      problems.add(
        `settings.rateLimit.${name}`,
        'It is a whole number from 1. To turn the limit off, write rateLimit: false.',
      )
  }
}

function checkOutgoing(outgoing: Settings['outgoing'], problems: Problems): void {
  checkOptions(outgoing, ['allow'], 'settings.outgoing', problems)
  for (const text of outgoing?.allow ?? []) {
    if (addressRangeFromText(text) === undefined)
      problems.add(
        'settings.outgoing.allow',
        `${text} is no address. Write it as 127.0.0.1:9000, 10.0.0.0/8 or [::1]:9000; a name may lead anywhere.`,
      )
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}
