import { randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { renderSVG } from 'uqr'
import { isSameText } from './keyed-hash.ts'
import { typedCode } from './typed-code.ts'

// RFC 6238 with what every authenticator application can do; some ignore any other values.
const algorithm = 'SHA1'
const digits = 6
const period = 30

/** The step before and the one after count too: clocks differ, and people type slowly. */
const drift = 1

/** Makes the secret that server and authenticator share: 160 random bits (RFC 4226, section 4), in base32. */
export function newTotpSecret(): string {
  return base32(randomBytes(20))
}

export interface TotpLabel {
  /** The name of the application. */
  readonly issuer: string
  /** What the person calls the account: the address. */
  readonly account: string
}

/** Gives the address `otpauth://totp/…` that an authenticator reads. It has the secret in it. */
export function totpUri(secret: string, { issuer, account }: TotpLabel): string {
  return new TOTP({ issuer, label: account, algorithm, digits, period, secret: Secret.fromBase32(secret) }).toString()
}

/** Draws a text as a QR code: an SVG of black on white with the margin of four that scanners expect. */
export function qrSvg(text: string): string {
  return renderSVG(text, { ecc: 'M', border: 4, pixelSize: 4 })
}

/**
 * Gives the step (of 30 seconds since 1970) a code belongs to; undefined when it is wrong, too old, too new or was used.
 *
 * Whoever accepts the code stores the step in the same statement that checks that it is later than the last: two requests with
 * one code at the same time get the same answer from here.
 * @param lastUsedStep  of the last code accepted; undefined when there was none
 */
export function verifyTotp(
  code: string,
  secret: string,
  lastUsedStep: number | undefined,
  nowMs: number,
): number | undefined {
  const typed = typedCode(code) ?? ''
  const now = Math.floor(nowMs / 1000 / period)
  const key = Secret.fromBase32(secret)
  // Every step is computed and compared, whichever fits.
  const fitting = stepsAround(now).filter((step) => isSameText(codeOf(key, step), typed))
  const latest = fitting.at(-1)
  return latest !== undefined && latest > (lastUsedStep ?? -1) ? latest : undefined
}

function stepsAround(now: number): readonly number[] {
  return Array.from({ length: 2 * drift + 1 }, (_, position) => now - drift + position).filter((step) => step >= 0)
}

function codeOf(secret: Secret, step: number): string {
  return TOTP.generate({ secret, algorithm, digits, period, timestamp: step * period * 1000 })
}

function base32(bytes: Buffer): string {
  return new Secret({ buffer: new Uint8Array(bytes).buffer }).base32
}
