import type { AuthKit } from '../kit.ts'

/** A page that a link in a mail leads to: what it says, what it asks for, and where it sends that with the token of the link. */
export interface AuthPage {
  /** As in `linkTo`: `verify-email` is served at `/auth/verify-email`. */
  readonly name: string
  readonly title: string
  /** What the button will do. Nothing is sent before it is pressed: programs that look through mails open links, too. */
  readonly lead: string
  readonly fields?: (kit: AuthKit) => readonly PageField[]
  readonly button: string
  /** The route that takes the token, and the fields. */
  readonly submitTo: string
  readonly done: { readonly title: string; readonly text: string }
  /** What to do when the link is not good any more. */
  readonly expired: string
  /** The route that sends another link to an e-mail address, where anybody may ask for one. */
  readonly askAgainAt?: string
  /** Whether the route signs in, so that it may ask for a second factor. */
  readonly signsIn?: boolean
  /** Whether the page is there at all. Default: always. */
  readonly isServed?: (kit: AuthKit) => boolean
}

export interface PageField {
  /** Of the member of the input; `profile/name` is inside of `profile`. */
  readonly name: string
  readonly label: string
  readonly type: 'email' | 'password' | 'text'
  /** What the browser may fill in: `new-password`, `username`, `name`, … */
  readonly autocomplete: string
  readonly hint?: string
  readonly maxLength?: number
}

/** A new password, with what is asked of it. */
export function newPassword({ policy }: AuthKit): PageField {
  return {
    name: 'password',
    label: 'New password',
    type: 'password',
    autocomplete: 'new-password',
    hint: `At least ${policy.minLength} characters. A few words in a row are easy to remember.`,
  }
}
