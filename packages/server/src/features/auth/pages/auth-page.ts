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
  readonly done: {
    readonly title: string
    readonly text: string
    /** Where it goes on. Default: to the page to sign in. */
    readonly leadsTo?: 'application'
  }
  /** What to do when the link is not good any more. */
  readonly expired: string
  /** The route that sends another link to an e-mail address, where anybody may ask for one. */
  readonly askAgainAt?: string
  /** The step after signing in, where the page signs in; a second factor may be asked for before. */
  readonly afterSignIn?: 'done' | 'accept'
  /** Steps that refusals of their own lead to. */
  readonly refused?: readonly RefusedStep[]
  /** Whether the page is there at all. Default: always. */
  readonly isServed?: (kit: AuthKit) => boolean
}

/** A step that an error of the API leads to. */
export interface RefusedStep {
  /** The code of the error. */
  readonly code: string
  readonly title: string
  readonly text: string
  /** What can be done here and now. Default: nothing. */
  readonly offers?: 'new-link' | 'sign-in' | 'sign-in-page'
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

export const emailAddress: PageField = {
  name: 'email',
  label: 'E-mail address',
  type: 'email',
  autocomplete: 'username',
}

export const currentPassword: PageField = {
  name: 'password',
  label: 'Password',
  type: 'password',
  autocomplete: 'current-password',
}

/** A new password, with what is asked of it. */
export function newPassword({ policy }: AuthKit, label = 'New password'): PageField {
  return {
    name: 'password',
    label,
    type: 'password',
    autocomplete: 'new-password',
    hint: `At least ${policy.minLength} characters. A few words in a row are easy to remember.`,
  }
}
