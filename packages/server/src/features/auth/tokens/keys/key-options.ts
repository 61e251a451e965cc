import { type Duration, durationMs } from '../../../../plugin.ts'

/** API keys that people make for their own accounts. */
export interface AccountKeyOptions {
  /** How long a key is good at most, and when nothing is asked for. Default: until it is deleted. */
  readonly maxLifetime?: Duration
  /** How many an account may have at a time. Default 25. */
  readonly perAccount?: number
}

export interface AccountKeySettings {
  readonly maxLifetimeMs: number | undefined
  readonly perAccount: number
}

export function accountKeySettings(options: AccountKeyOptions | true): AccountKeySettings {
  const { maxLifetime, perAccount = 25 } = options === true ? {} : options
  const maxLifetimeMs = maxLifetime === undefined ? undefined : durationMs(maxLifetime)
  return Object.freeze({ maxLifetimeMs, perAccount })
}
