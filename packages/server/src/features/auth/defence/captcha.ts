import { type RouteRequest, text } from '../../../plugin.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'

/** What may ask for a captcha. */
export type CaptchaPlace = 'register' | 'sign-in' | 'reset-password' | 'magic-link'

export interface CaptchaOptions {
  /** Default: all of them. */
  readonly on?: readonly CaptchaPlace[]
  /** Asks the service. @param token  what the page got from the challenge. */
  verify(token: string, about: { readonly address: string; readonly place: CaptchaPlace }): Promise<boolean>
}

/** Member of the input where a captcha may be asked for. */
export const captchaInput = {
  captcha: text({
    max: 4_000,
    optional: true,
    private: true,
    description: 'Where it is asked for: the token of the challenge.',
  }),
}

/** @throws auth_captcha_required  where the application asks for one, and it is missing or wrong. */
export async function requireCaptcha(
  place: CaptchaPlace,
  { input, clientAddress: address }: Pick<RouteRequest<{ readonly captcha: string | null }>, 'input' | 'clientAddress'>,
  { options: { captcha } }: AuthKit,
): Promise<void> {
  if (captcha === undefined || captcha.on?.includes(place) === false) return
  const isPerson = input.captcha !== null && (await captcha.verify(input.captcha, { address, place }))
  if (!isPerson) throw authErrors.captcha_required()
}
