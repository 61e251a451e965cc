/**
 * Takes money from somebody through a provider of payments: first it is held (authorized), then it is taken (captured), or let go
 * (cancelled); what was taken can be given back (refunded).
 *
 * Guarantees, each proven by the contract suite (`testing/payments.contract.ts`):
 * - what a call answers has happened, or has not, at the provider: `succeeded`, `declined`, `failed`, …; whatever a call throws says
 *   nothing about it. The other side may have done it, or may do it later: look up, or call again with the same key;
 * - a call that is made again with its key is done once, and answers the same, also when the answer of the first was lost;
 * - money is held at most once for one reference: whoever asks again, by any key, is told what there is;
 * - a hold is captured once, whole or in part: what is not captured is let go. Never more than is held, nor from what was cancelled;
 * - all that is refunded is never more than was captured, whatever is asked at the same time;
 * - once a cancellation has succeeded nothing is held for the reference, not even by a call that was under way before it;
 * - `lookUp` knows of every call that has been answered, by our reference as by the provider's id;
 * - a message is genuine only when its signature holds, and it was signed at most five minutes ago.
 */
export interface PaymentProvider {
  /** Kept with each payment: `stripe`. */
  readonly name: string
  /** Whether the text can name a way to pay: what cannot is refused before it is written anywhere. No number of a real card can. */
  isMethod(method: string): boolean
  /** Holds the whole amount. */
  authorize(request: AuthorizeRequest): Promise<AuthorizeOutcome>
  /** Takes what is held, or a part of it, which lets the rest go. */
  capture(request: CaptureRequest): Promise<CallOutcome>
  /** Lets go what is held, and sees to it that nothing will be. */
  cancel(request: PaymentRequest): Promise<CallOutcome>
  /** Gives back what was captured, or a part of it. */
  refund(request: RefundRequest): Promise<RefundOutcome>
  /** Undefined: nobody has asked for anything with the reference. */
  lookUp(payment: PaymentReference): Promise<PaymentSnapshot | undefined>
  /**
   * Whether the provider has sent this, just now.
   * @throws payments_message_secret_missing
   */
  isGenuine(message: ProviderMessage): boolean
  /**
   * Reads a message that the provider sent by itself. It is an occasion to look up, nothing more: messages come twice, late and in any
   * order. Undefined: it is about something else.
   */
  newsFrom(rawBody: Uint8Array): PaymentNews | undefined
  /** What stands in for people where the provider is not real; undefined where it is. */
  readonly rehearsal?: PaymentRehearsal | undefined
  /** Finishes what is under way. Safe to call twice. */
  close(): Promise<void>
}

/** One payment, as we and as the provider name it. But for the provider's id, the same each time. */
export interface PaymentReference {
  /** Ours, known before the first call: 1 to 64 letters, digits and `-`. */
  readonly reference: string
  /** The provider's, once it is known. */
  readonly providerId?: string | undefined
  /** The whole, in minor units of the currency: 1250 is 12.50 EUR, and 1250 JPY. 1 or more. */
  readonly amount: number
  /** ISO 4217 in capitals. */
  readonly currency: string
  /** When the payment was started here, before the first call: ISO 8601. */
  readonly startedAt: string
  /** What it is for, as the payer may read it: `Order 10042`. */
  readonly description?: string | undefined
}

export interface PaymentRequest extends PaymentReference {
  /** Names this call: unique for each thing that shall be done once. 1 to 64 letters, digits and `-`. */
  readonly key: string
}

export interface AuthorizeRequest extends PaymentRequest {
  /** What the provider gave the browser for it, such as `pm_1Nw…`. */
  readonly method: string
  /** Where the provider sends the payer's browser when a challenge is over. */
  readonly returnUrl?: string | undefined
}

export interface CaptureRequest extends PaymentRequest {
  /** 1 to `amount`. */
  readonly captureAmount: number
}

export interface RefundRequest extends PaymentRequest {
  /** 1 or more. */
  readonly refundAmount: number
}

/** It is done. */
export interface Succeeded {
  readonly outcome: 'succeeded'
  readonly providerId: string
}
/** It will not be done, whatever is tried: the amount is let go already, nobody knows the payment, … */
export interface Failed {
  readonly outcome: 'failed'
  readonly providerId?: string | undefined
  /** Snake case. */
  readonly code: string
  readonly message: string
}
/** Whoever gave out the card has said no. Another method, or another day, may do. */
export interface Declined {
  readonly outcome: 'declined'
  readonly providerId: string
  /** `card_declined`, `insufficient_funds`, `expired_card`, `authentication_failed`, …: the provider's word. */
  readonly code: string
  /** For the payer. */
  readonly message: string
}
/** The payer has to prove who they are first, at `url` or through the provider's script with `clientSecret`. Then look up. */
export interface RequiresAction {
  readonly outcome: 'requiresAction'
  readonly providerId: string
  readonly challenge: PaymentChallenge
}
/** The provider has taken it on and will say later: look up. */
export interface Pending {
  readonly outcome: 'pending'
  readonly providerId: string
}

export type CallOutcome = Succeeded | Failed
export type AuthorizeOutcome =
  | (Succeeded & { readonly method?: MethodSummary | undefined })
  | RequiresAction
  | Declined
  | Pending
  | Failed
export type RefundOutcome = Succeeded | Pending | Failed

export interface PaymentChallenge {
  readonly url?: string | undefined
  readonly clientSecret?: string | undefined
}

/** How something was paid, as it may be shown: `visa`, `4242`. */
export interface MethodSummary {
  readonly brand: string
  readonly last4: string
}

/** What the provider knows of a payment. */
export interface PaymentSnapshot {
  readonly providerId: string
  /** `open`: nothing is held, nothing is under way; another method can be tried. */
  readonly state: 'open' | 'pending' | 'requiresAction' | 'authorized' | 'captured' | 'cancelled'
  /** Where it requires action. */
  readonly challenge?: PaymentChallenge | undefined
  /** Why the last attempt was declined, where it is open. */
  readonly decline?: { readonly code: string; readonly message: string } | undefined
  readonly method?: MethodSummary | undefined
  /** In minor units; 0 until it is captured. */
  readonly capturedAmount: number
  readonly refunds: readonly RefundSnapshot[]
}

export interface RefundSnapshot {
  /** Of the call that asked for it; undefined: it was made at the provider's own site. */
  readonly key: string | undefined
  readonly id: string
  readonly amount: number
  readonly state: 'pending' | 'succeeded' | 'failed'
}

export interface ProviderMessage {
  readonly rawBody: Uint8Array
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Milliseconds since 1970. */
  readonly nowMs: number
}

export interface PaymentNews {
  /** The provider's id of the message: the same when it comes again. */
  readonly id: string
  /** `payment_intent.succeeded`. */
  readonly type: string
  /** Ours. */
  readonly reference: string | undefined
  readonly providerId: string
}

/** Challenges that are answered here, by whoever develops the application. */
export interface PaymentRehearsal {
  /** Undefined: there is no such challenge, or it is over. */
  findChallenge(id: string): Promise<RehearsedChallenge | undefined>
  /** The payer approves, or does not. Undefined: there is no such challenge, or it is over. */
  answerChallenge(id: string, isApproved: boolean): Promise<RehearsedChallenge | undefined>
  /** Tells where the application is reached, for when its base URL does not say. */
  servedAt(url: string): void
}

export interface RehearsedChallenge {
  readonly id: string
  readonly amount: number
  readonly currency: string
  readonly description: string | undefined
  readonly returnUrl: string | undefined
}

/** Thrown when nobody can say what has become of a call: no answer in time, a connection that broke, an error of the provider's own. */
export class OutcomeUnknown extends Error {
  /** The provider's id of the payment, where that is known all the same. */
  readonly providerId: string | undefined

  constructor(message: string, { providerId, ...options }: ErrorOptions & { readonly providerId?: string } = {}) {
    super(message, options)
    this.name = 'OutcomeUnknown'
    this.providerId = providerId
  }
}

/** A provider as an application names it: plain data until the application starts. */
export interface PaymentProviderDeclaration {
  /** As `PaymentProvider.name`; the name of its incoming webhook. */
  readonly name: string
  /** @throws payments_not_configured, payments_driver_missing, payments_only_rehearsed */
  open(place: PaymentPlace): Promise<PaymentProvider>
}

/** Where a provider is used. */
export interface PaymentPlace {
  readonly isDevelopment: boolean
  /** False for commands that look and end: then a key may be missing until it is needed. Default true. */
  readonly isServing?: boolean
  /** A folder for files; undefined where there is none, as in tests. */
  readonly dataDir: string | undefined
  /** Where the application is reached, without a slash at the end. */
  readonly baseUrl: string | undefined
  readonly variables: Readonly<Record<string, string | undefined>>
  /** A secret of the installation, the same in all its processes. */
  secret(name: string): Promise<Uint8Array>
  /** Milliseconds since 1970. */
  nowMs(): number
}
