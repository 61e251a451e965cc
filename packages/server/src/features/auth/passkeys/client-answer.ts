import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { passkeyErrors } from './errors.ts'

/** What browsers collect for an authenticator to sign (WebAuthn 3, 5.8.1). */
export interface ClientData {
  readonly challenge: string
  readonly origin: string
}

/** @throws auth_passkey_refused  unless it looks like what `navigator.credentials.get()` gives. */
export function assertionFrom(given: unknown): AuthenticationResponseJSON {
  return withTexts(given, ['clientDataJSON', 'authenticatorData', 'signature']) as AuthenticationResponseJSON
}

/** @throws auth_passkey_refused  unless it looks like what `navigator.credentials.create()` gives. */
export function registrationFrom(given: unknown): RegistrationResponseJSON {
  return withTexts(given, ['clientDataJSON', 'attestationObject']) as RegistrationResponseJSON
}

/** @throws auth_passkey_refused  also when a frame of another site asked for it. */
export function clientDataOf(clientDataJSON: string): ClientData {
  const { challenge, origin, crossOrigin } = parsed(clientDataJSON) as Record<string, unknown>
  if (typeof challenge !== 'string' || typeof origin !== 'string' || crossOrigin === true)
    throw passkeyErrors.passkey_refused()
  return { challenge, origin }
}

function parsed(clientDataJSON: string): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString())
    return typeof value === 'object' && value !== null ? value : {}
  } catch (cause) {
    throw passkeyErrors.passkey_refused({ cause })
  }
}

const maxText = 20_000

function withTexts(given: unknown, names: readonly string[]): object {
  const { id, response } = (given ?? {}) as {
    readonly id?: unknown
    readonly response?: Record<string, unknown> | null
  }
  const texts = [id, ...names.map((name) => response?.[name])]
  if (!texts.every((text) => typeof text === 'string' && text.length <= maxText)) throw passkeyErrors.passkey_refused()
  return given as object
}
