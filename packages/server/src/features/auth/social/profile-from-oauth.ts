import { type CallbackAnswer, tradeCode } from './callback-answer.ts'
import type { Profile } from './identity.ts'
import type { Asking, OAuthProvider } from './provider.ts'

/** Asks a provider without OpenID Connect who it is. */
export async function profileFromOAuth(
  provider: OAuthProvider,
  answer: CallbackAnswer,
): Promise<{ readonly issuer: string; readonly profile: Profile }> {
  const { access_token } = await tradeCode(answer)
  const profile = await provider.profile(askingWith(access_token, answer))
  return { issuer: provider.issuer, profile }
}

function askingWith(accessToken: string, { connection }: CallbackAnswer): Asking {
  return {
    accessToken,
    async get(url, headers) {
      const given = { Accept: 'application/json', ...headers, Authorization: `Bearer ${accessToken}` }
      const answer = await connection.fetch(url, { headers: given })
      return answer.ok ? answer.json() : undefined
    },
  }
}
