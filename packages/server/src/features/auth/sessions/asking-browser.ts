import { type RouteAnswer, type RouteRequest, text } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import { hashToken, newToken } from '../secrets/token.ts'
import type { Transport } from './sessions.ts'

/** Member of the input of whatever finishes what was begun elsewhere. */
export const handleInput = {
  handle: text({
    max: 43,
    optional: true,
    private: true,
    description: 'With transport token: the handle that the answer had when it was asked for.',
  }),
}

/** Member of the answer of whatever begins it. */
export const handleOutput = {
  handle: text({
    optional: true,
    description: 'With transport token: keep it, and send it to finish. Browsers get a cookie instead.',
  }),
}

/** What only the one who begins something has, so that nobody else can finish it: in a cookie, or as text for apps. */
export interface AskingBrowser {
  /** What is stored. */
  readonly hash: string
  /** Adds to the answer what the browser or the app has to keep. */
  keep(answer: RouteAnswer): RouteAnswer
}

/** @param what  names the cookie: `magic-link`. */
export function newAskingBrowser(what: string, transport: Transport, lifetimeMs: number, kit: AuthKit): AskingBrowser {
  const handle = newToken()
  const { cookies } = kit
  return {
    hash: hashToken(handle, what),
    keep: (answer) =>
      transport === 'token'
        ? { ...answer, body: { ...answer.body, handle } }
        : { ...answer, cookies: [...(answer.cookies ?? []), cookies.write(cookies.nameOf(what), handle, lifetimeMs)] },
  }
}

/** The hash of what the request shows to be from the one who began; of nothing when it shows nothing. */
export function askingBrowserOf(
  what: string,
  { input, headers }: Pick<RouteRequest<{ readonly handle?: string | null }>, 'input' | 'headers'>,
  { cookies }: AuthKit,
): string {
  return hashToken(input.handle ?? cookies.read(headers.cookie, cookies.nameOf(what)) ?? '', what)
}

/** Takes the cookie back where there is one: it is of no more use. */
export function forgetAskingBrowser(what: string, answer: RouteAnswer, { cookies }: AuthKit): RouteAnswer {
  return { ...answer, cookies: [...(answer.cookies ?? []), cookies.remove(cookies.nameOf(what))] }
}
