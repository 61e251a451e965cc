import type { AuthKit } from '../kit.ts'
import type { AuthDb } from '../tables.ts'
import { issueSecret, type NewSecret } from './secrets.ts'

/** A secret whose link leads to the page of the same name. */
export interface NewLink extends Pick<NewSecret, 'purpose' | 'account' | 'data' | 'now'> {
  /** Another page for it, where the pages are those of the server: an application's own may not know it. */
  readonly page?: string
  /** Default: `linkLifetime` of the options. */
  readonly lifetimeMs?: number
}

/** Makes a secret and gives the link to the page of its purpose, as it goes into a mail. */
export async function issueLink(db: AuthDb, { page, ...link }: NewLink, kit: AuthKit): Promise<string> {
  const token = await issueSecret(db, { lifetimeMs: kit.settings.linkMs, ...link })
  return linkTo(kit.settings.pages === undefined ? (page ?? link.purpose) : link.purpose, token, kit)
}

/**
 * A link to a page, from the configured address only. The token is behind the `#`: it reaches no log and no other site.
 *
 * @param url  the address where none is configured: for links that nobody far away gets.
 */
export function linkTo(page: string, token: string, { settings, context }: AuthKit, url = ''): string {
  const pages = settings.pages ?? `${context.surroundings.baseUrl ?? url}/auth`
  return `${pages}/${page}#token=${token}`
}
