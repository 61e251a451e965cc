import { setTimeout as wait } from 'node:timers/promises'
import { newId } from '../../../base/id.ts'
import { isRecent } from '../../../base/is-recent.ts'
import { isSignedStandard } from '../../../base/standard-webhooks.ts'
import {
  type AuthorizeOutcome,
  type AuthorizeRequest,
  type CallOutcome,
  type CaptureRequest,
  OutcomeUnknown,
  type PaymentNews,
  type PaymentProvider,
  type PaymentReference,
  type PaymentRehearsal,
  type PaymentRequest,
  type PaymentSnapshot,
  type ProviderMessage,
  type RefundOutcome,
  type RefundRequest,
  type RehearsedChallenge,
} from '../../../ports/payments.ts'
import { cardNumber, type Mishap, simulatedCards } from './cards.ts'
import type { Ledger, SimulatedMessage, SimulatedPayment } from './ledger.ts'
import type { Messenger } from './messenger.ts'
import type { Transition } from './transitions.ts'
import * as transitions from './transitions.ts'

export type SimulatedCallKind = 'authorize' | 'capture' | 'cancel' | 'refund' | 'lookUp'

export interface SimulatedParts {
  readonly ledger: Ledger
  readonly messenger: Messenger
  readonly key: Uint8Array
  readonly challengeUrl: transitions.ChallengeUrl
  readonly servedAt: (url: string) => void
  readonly slowMs: number
  readonly pendingMs: number
  /** Asked before each call for what shall go wrong with it. */
  readonly mishapOf: (kind: SimulatedCallKind) => Mishap | undefined
  /** Asked when a call is done, before it is answered. */
  readonly beforeAnswer: (kind: SimulatedCallKind) => Promise<void>
}

/** A provider of payments that takes no money, and does what the number of the card says. */
export class SimulatedProvider implements PaymentProvider {
  readonly name = 'simulated'
  readonly rehearsal: PaymentRehearsal
  readonly #parts: SimulatedParts
  #isClosed = false

  constructor(parts: SimulatedParts) {
    this.#parts = parts
    this.rehearsal = {
      findChallenge: async (id) => challengeOf(parts.ledger.findChallenge(id)),
      answerChallenge: async (id, isApproved) => this.#answerChallenge(id, isApproved),
      servedAt: parts.servedAt,
    }
  }

  isMethod(method: string): boolean {
    return Object.hasOwn(simulatedCards, cardNumber(method))
  }

  authorize(request: AuthorizeRequest): Promise<AuthorizeOutcome> {
    const { ledger, challengeUrl } = this.#parts
    const card = cardNumber(request.method)
    return this.#call('authorize', request, card, () => transitions.authorize(request, ledger, challengeUrl))
  }

  capture(request: CaptureRequest): Promise<CallOutcome> {
    return this.#call('capture', request, undefined, () => transitions.capture(request, this.#parts.ledger))
  }

  cancel(request: PaymentRequest): Promise<CallOutcome> {
    return this.#call('cancel', request, undefined, () => transitions.cancel(request, this.#parts.ledger))
  }

  refund(request: RefundRequest): Promise<RefundOutcome> {
    const { ledger, pendingMs } = this.#parts
    return this.#call('refund', request, undefined, () => transitions.refund(request, ledger, Date.now() + pendingMs))
  }

  async lookUp({ reference }: PaymentReference): Promise<PaymentSnapshot | undefined> {
    this.#requireOpen()
    await this.#meet(this.#parts.mishapOf('lookUp'))
    this.#settleRefunds(reference)
    await this.#parts.beforeAnswer('lookUp')
    return this.#snapshot(reference)
  }

  isGenuine({ rawBody, headers, nowMs }: ProviderMessage): boolean {
    const { 'webhook-id': id = '', 'webhook-timestamp': time = '', 'webhook-signature': signatures = '' } = headers
    if (!/^\d{1,12}$/.test(time) || !isRecent(Number(time), nowMs)) return false
    return isSignedStandard({ id, timestamp: Number(time), body: rawBody }, signatures, [this.#parts.key])
  }

  newsFrom(rawBody: Uint8Array): PaymentNews | undefined {
    const { id, type, data } = JSON.parse(Buffer.from(rawBody).toString('utf8'))
    return { id, type, reference: data.reference, providerId: data.id }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#parts.messenger.close()
  }

  /** Does a call once for its key, with what goes wrong on the way. */
  async #call<O extends object>(
    kind: SimulatedCallKind,
    request: PaymentRequest,
    card: string | undefined,
    work: () => Transition<O>,
  ): Promise<O> {
    this.#requireOpen()
    const { ledger, mishapOf, beforeAnswer } = this.#parts
    const { mishap = mishapOf(kind), messages } = this.#mannersFor(request, card)
    await this.#meet(mishap)
    const { answer, news } = ledger.transaction(() => once(kind, request, work, ledger))
    if (news !== undefined) await this.#tell(news, request.reference, messages)
    await beforeAnswer(kind)
    if (mishap === 'answerLost')
      throw new OutcomeUnknown('The simulated provider has done it, and its answer was lost.')
    return answer
  }

  /** What the card brings with it; a mishap only the first time. */
  #mannersFor({ key, reference }: PaymentRequest, card: string | undefined) {
    const { ledger } = this.#parts
    const { mishap, messages } = simulatedCards[card ?? ledger.findPayment(reference)?.card ?? ''] ?? {}
    return { messages, mishap: mishap !== undefined && ledger.noteMishap(key) ? mishap : undefined }
  }

  async #meet(mishap: Mishap | undefined): Promise<void> {
    if (mishap === 'slow') await wait(this.#parts.slowMs)
    if (mishap === 'neverArrives') throw new OutcomeUnknown('The call did not arrive at the simulated provider.')
  }

  #snapshot(reference: string): PaymentSnapshot | undefined {
    const { ledger, challengeUrl } = this.#parts
    const payment = ledger.findPayment(reference)
    if (payment === undefined) return undefined
    const { id: providerId, state, challenge, captured, declineCode, declineMessage, card } = payment
    return {
      providerId,
      state,
      capturedAmount: captured,
      method: transitions.summaryOf(card),
      refunds: ledger
        .refundsOf(reference)
        .map(({ key, id, amount, state: refundState }) => ({ key, id, amount, state: refundState })),
      ...(challenge !== null && { challenge: { url: challengeUrl(challenge), clientSecret: `${providerId}_secret` } }),
      ...(declineCode !== null && { decline: { code: declineCode, message: declineMessage! } }),
    }
  }

  #settleRefunds(reference: string): void {
    const { ledger } = this.#parts
    const news = ledger.transaction(() =>
      ledger.refundsOf(reference).flatMap((refund) => {
        if (refund.settlesAt === null || refund.settlesAt > Date.now()) return []
        ledger.saveRefund({ ...refund, state: refund.settlesAs!, settlesAt: null, settlesAs: null })
        return `refund.${refund.settlesAs}`
      }),
    )
    for (const type of news) void this.#tell(type, reference, undefined)
  }

  #answerChallenge(id: string, isApproved: boolean): RehearsedChallenge | undefined {
    const { ledger } = this.#parts
    const answered = ledger.transaction(() => {
      const payment = ledger.findChallenge(id)
      return payment && { payment, news: transitions.answerChallenge(payment, isApproved, ledger) }
    })
    if (answered === undefined) return undefined
    void this.#tell(answered.news, answered.payment.reference, undefined)
    return challengeOf({ ...answered.payment, challenge: id })
  }

  /** Writes a message down and sends it. Only who wants it before the answer waits for it. */
  async #tell(type: string, reference: string, manner: 'threeTimes' | 'beforeAnswer' | undefined): Promise<void> {
    const { ledger, messenger, pendingMs } = this.#parts
    const message = messageOf(type, ledger.findPayment(reference)!)
    ledger.saveMessage(message)
    const sending = messenger.send(message)
    if (manner === 'beforeAnswer') await sending
    // The last comes when others have overtaken it.
    if (manner === 'threeTimes') for (const delayMs of [0, pendingMs]) void messenger.send(message, delayMs)
    if (type === 'refund.pending')
      void wait(pendingMs + 20, undefined, { ref: false }).then(() => this.#settleUnlessClosed(reference))
  }

  #settleUnlessClosed(reference: string): void {
    if (!this.#isClosed) this.#settleRefunds(reference)
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new OutcomeUnknown('The simulated provider is closed.')
  }
}

function once<O extends object>(
  kind: string,
  request: PaymentRequest,
  work: () => Transition<O>,
  ledger: Ledger,
): Transition<O> {
  const { key, reference, providerId: _, ...rest } = request
  const asked = JSON.stringify(rest)
  const known = ledger.findCall(key)
  if (known !== undefined && (known.kind !== kind || known.reference !== reference || known.asked !== asked))
    throw new TypeError(`The key ${key} was used for another call.`)
  if (known !== undefined) return { answer: JSON.parse(known.answer) }
  const done = work()
  ledger.saveCall({ key, kind, reference, asked, answer: JSON.stringify(done.answer) })
  return done
}

export function messageOf(type: string, { reference, id }: SimulatedPayment): SimulatedMessage {
  const messageId = `msg_${newId()}`
  return { id: messageId, type, reference, body: JSON.stringify({ id: messageId, type, data: { reference, id } }) }
}

function challengeOf(payment: SimulatedPayment | undefined): RehearsedChallenge | undefined {
  if (payment === undefined) return undefined
  const { challenge, amount, currency, description, returnUrl } = payment
  return { id: challenge!, amount, currency, description: description ?? undefined, returnUrl: returnUrl ?? undefined }
}
