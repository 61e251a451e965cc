import { GalleyError } from '../../../plugin.ts'
import { socialErrors } from './errors.ts'
import type { SocialProvider } from './provider.ts'

/**
 * Says for a person what went wrong; what the provider or the library said is the cause, for the log.
 *
 * @param otherwise  what it means where nothing more is known.
 */
export function explainFailure(
  error: unknown,
  { label }: Pick<SocialProvider, 'label'>,
  otherwise: SocialCode = 'untrusted',
): GalleyError {
  const known = causes(error).find((each) => each instanceof GalleyError)
  if (known?.code.startsWith('social_')) return known
  return socialErrors[known === undefined ? (meaningOf(error) ?? otherwise) : unreachable(known)]({
    cause: error,
    details: { provider: label },
  })
}

type SocialCode = keyof typeof socialErrors

function causes(error: unknown): readonly unknown[] {
  const cause = error instanceof Error && error.cause instanceof Error ? causes(error.cause) : []
  return [error, ...cause]
}

/** An address that may not be asked is a mistake of who set it up; everything else passes. */
function unreachable({ code }: GalleyError): SocialCode {
  return code === 'outgoing_address_refused' || code === 'outgoing_url' ? 'misconfigured' : 'unavailable'
}

function meaningOf(error: unknown): SocialCode | undefined {
  const { code, error: said } = error as { readonly code?: unknown; readonly error?: unknown }
  if (code === 'OAUTH_AUTHORIZATION_RESPONSE_ERROR') return callbackErrors[String(said)] ?? 'misconfigured'
  if (code === 'OAUTH_RESPONSE_BODY_ERROR') return tokenErrors[String(said)] ?? 'misconfigured'
  if (code === 'OAUTH_WWW_AUTHENTICATE_CHALLENGE') return 'misconfigured' // the secret or the token is not taken
  return undefined
}

/** What a browser brings back instead of a code (RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2.6). */
const callbackErrors: Readonly<Record<string, SocialCode>> = {
  access_denied: 'cancelled',
  user_cancelled_authorize: 'cancelled', // Apple
  login_required: 'cancelled',
  interaction_required: 'cancelled',
  consent_required: 'cancelled',
  account_selection_required: 'cancelled',
  server_error: 'unavailable',
  temporarily_unavailable: 'unavailable',
}

/** What is answered instead of tokens (RFC 6749, 5.2). */
const tokenErrors: Readonly<Record<string, SocialCode>> = {
  invalid_grant: 'code_used',
  bad_verification_code: 'code_used', // GitHub
  temporarily_unavailable: 'unavailable',
  server_error: 'unavailable',
}
