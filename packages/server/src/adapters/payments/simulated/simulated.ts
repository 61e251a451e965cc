import { newId } from '../../../base/id.ts'
import { paymentErrors } from '../../../ports/payment-errors.ts'
import type { PaymentPlace, PaymentProviderDeclaration } from '../../../ports/payments.ts'
import type { Mishap } from './cards.ts'
import { Ledger, type SimulatedCall, type SimulatedPayment } from './ledger.ts'
import { Messenger } from './messenger.ts'
import { messageOf, type SimulatedCallKind, SimulatedProvider } from './simulated-provider.ts'

export interface SimulatedOptions {
  /** It takes no money, so it does not start in production unless this is said. Default false. */
  readonly inProduction?: boolean
  /** How long a slow answer takes. Default 3 000. */
  readonly slowMs?: number
  /** Until it is known what became of a refund that is pending, and until a message comes for the last time. Default 1 000. */
  readonly pendingMs?: number
}

export interface SimulatedPayments extends PaymentProviderDeclaration {
  /** For tests. */
  readonly control: SimulatedControl
}

/** What a test can do with the provider, and see of it. It is the same for all applications that name this one provider. */
export interface SimulatedControl {
  /** What shall go wrong with the next call of a kind, or of any that changes something; said twice, with the next two. */
  next(kind: SimulatedCallKind | 'any', mishap: Mishap): void
  /** The next call of a kind is done, and not answered before `release` is called. */
  hold(kind: SimulatedCallKind): HeldCall
  /** Where messages are sent instead of to the application's base URL; undefined: nowhere. */
  sendMessagesTo(url: string | undefined): void
  /** When all messages that were sent until now are taken. */
  messagesTaken(): Promise<void>
  /** All messages there were, as they would be sent now. */
  messages(): readonly {
    readonly type: string
    readonly body: string
    readonly headers: Readonly<Record<string, string>>
  }[]
  /** What the provider knows of a payment of ours. */
  payment(reference: string): SimulatedPayment | undefined
  /** Calls that were done, each once for its key. @param reference  Default: of all payments. */
  calls(reference?: string): readonly SimulatedCall[]
  /** Somebody takes what is held, or a part of it, at the provider's own site. */
  captureElsewhere(reference: string, amount: number): void
  /** Somebody gives back at the provider's own site. */
  refundElsewhere(reference: string, amount: number): void
  /** The bank sends all refunds of a payment back that have succeeded. */
  returnRefunds(reference: string): void
}

export interface HeldCall {
  /** When the provider has done it. */
  readonly done: Promise<void>
  release(): void
}

/**
 * A provider of payments for development and tests: it takes no money, and does what the number of the card says
 * (docs/guide/payments.md has the table). What it knows lies outside of the application's database: in the folder of the data, or in memory.
 */
export function simulated(options: SimulatedOptions = {}): SimulatedPayments {
  const { inProduction = false, slowMs = 3_000, pendingMs = 1_000 } = options
  const script = new Script()
  return {
    name: 'simulated',
    control: script,
    async open(place) {
      if (isInProduction(place) && !inProduction) throw paymentErrors.only_rehearsed()
      const key = await place.secret('payments.simulated')
      const { ledger, isOwn } = script.ledgerFor(place)
      let ownUrl = place.baseUrl
      const messenger = new Messenger({ key, nowMs: () => place.nowMs(), url: () => script.urlFor(ownUrl) })
      script.use(messenger, ledger)
      const provider = new SimulatedProvider({
        ...{ ledger, messenger, key, slowMs, pendingMs },
        challengeUrl: (id) => ownUrl && `${ownUrl}/dev/payments/${id}`,
        servedAt(url) {
          ownUrl ??= url
        },
        mishapOf: (kind) => script.mishapOf(kind),
        beforeAnswer: (kind) => script.beforeAnswer(kind),
      })
      if (!isOwn) return provider
      const close = provider.close.bind(provider)
      return Object.assign(provider, { close: () => close().then(() => ledger.close()) })
    },
  }
}

function isInProduction({ isDevelopment, isServing = true }: PaymentPlace): boolean {
  return isServing && !isDevelopment
}

class Script implements SimulatedControl {
  readonly #mishaps = new Map<SimulatedCallKind | 'any', Mishap[]>()
  readonly #holds = new Map<SimulatedCallKind, { answer: Promise<void>; done: () => void }[]>()
  #url: { readonly value: string | undefined } | undefined
  #messenger: Messenger | undefined
  #ledger: Ledger | undefined
  /** Outlives each application that uses it, as a provider does. */
  #memory: Ledger | undefined

  next(kind: SimulatedCallKind | 'any', mishap: Mishap): void {
    this.#mishaps.getOrInsertComputed(kind, () => []).push(mishap)
  }

  hold(kind: SimulatedCallKind): HeldCall {
    const answer = Promise.withResolvers<void>()
    const done = Promise.withResolvers<void>()
    this.#holds.getOrInsertComputed(kind, () => []).push({ answer: answer.promise, done: done.resolve })
    return { done: done.promise, release: answer.resolve }
  }

  sendMessagesTo(value: string | undefined): void {
    this.#url = { value }
  }

  async messagesTaken(): Promise<void> {
    await this.#messenger?.idle()
  }

  messages(): ReturnType<SimulatedControl['messages']> {
    const messages = this.#ledger?.messages() ?? []
    return messages.map((message) => ({ ...message, headers: this.#messenger!.headersOf(message) }))
  }

  payment(reference: string): SimulatedPayment | undefined {
    return this.#ledger?.findPayment(reference)
  }

  calls(reference?: string): readonly SimulatedCall[] {
    return this.#ledger?.callsOf(reference) ?? []
  }

  captureElsewhere(reference: string, amount: number): void {
    const payment = this.#ledger!.findPayment(reference)!
    this.#ledger!.savePayment({ ...payment, state: 'captured', captured: amount })
    this.#tell('payment.captured', reference)
  }

  refundElsewhere(reference: string, amount: number): void {
    const [key, id] = [`elsewhere-${newId()}`, `sim_re_${newId()}`]
    const settled = { state: 'succeeded', settlesAt: null, settlesAs: null } as const
    this.#ledger!.saveRefund({ key, id, reference, amount, ...settled })
    this.#tell('refund.succeeded', reference)
  }

  returnRefunds(reference: string): void {
    for (const refund of this.#ledger!.refundsOf(reference))
      if (refund.state === 'succeeded') this.#ledger!.saveRefund({ ...refund, state: 'failed' })
    this.#tell('refund.failed', reference)
  }

  #tell(type: string, reference: string): void {
    const message = messageOf(type, this.#ledger!.findPayment(reference)!)
    this.#ledger!.saveMessage(message)
    void this.#messenger!.send(message)
  }

  ledgerFor({ dataDir }: PaymentPlace): { readonly ledger: Ledger; readonly isOwn: boolean } {
    if (dataDir !== undefined) return { ledger: new Ledger(`${dataDir}/simulated-payments.db`), isOwn: true }
    this.#memory ??= new Ledger(undefined)
    return { ledger: this.#memory, isOwn: false }
  }

  use(messenger: Messenger, ledger: Ledger): void {
    this.#messenger = messenger
    this.#ledger = ledger
  }

  urlFor(ownUrl: string | undefined): string | undefined {
    if (this.#url !== undefined) return this.#url.value
    return ownUrl && `${ownUrl}/api/webhooks/simulated`
  }

  mishapOf(kind: SimulatedCallKind): Mishap | undefined {
    return this.#mishaps.get(kind)?.shift() ?? (kind === 'lookUp' ? undefined : this.#mishaps.get('any')?.shift())
  }

  async beforeAnswer(kind: SimulatedCallKind): Promise<void> {
    const hold = this.#holds.get(kind)?.shift()
    hold?.done()
    await hold?.answer
  }
}
