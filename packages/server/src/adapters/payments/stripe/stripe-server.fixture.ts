import { createHmac, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { stripeApiVersion } from './load-stripe.ts'

/** Values of a form: `metadata[reference]=x` is `{ metadata: { reference: 'x' } }`. */
type Form = { [name: string]: string | Form }
interface Reply {
  readonly status: number
  readonly body: object
}
interface Intent {
  [member: string]: any // any: a shape of Stripe's, written out below
}

export type StripeMishap = 'answerLost' | 'neverArrives' | 'error500' | 'tooMany'

/**
 * Speaks the part of Stripe's API that the adapter uses, in the shapes of its reference (https://docs.stripe.com/api): requests as forms with
 * brackets, a saved answer for each Idempotency-Key (also an error, also a 500), 409 while the first is under way, 400 idempotency_error for
 * other parameters, card errors as 402 with the PaymentIntent in them.
 */
export class StripeServer {
  readonly webhookSecret = 'whsec_test_of_the_fixture'
  readonly requests: {
    readonly method: string
    readonly path: string
    readonly key: string | undefined
    readonly form: Form
  }[] = []
  readonly events: string[] = []
  /** What goes wrong with the next calls that move money. */
  readonly mishaps: StripeMishap[] = []
  readonly #intents = new Map<string, Intent>()
  readonly #refunds: Intent[] = []
  readonly #saved = new Map<string, { readonly asked: string; readonly reply: Promise<Reply> }>()
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  /** How long a call takes that changes something. */
  workMs = 0

  async listen(): Promise<{ readonly host: string; readonly port: number; readonly protocol: 'http' }> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port, protocol: 'http' }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  intents(): readonly Intent[] {
    return [...this.#intents.values()]
  }

  /** The payer has answered the challenge. */
  answerChallenge(id: string, isApproved: boolean): void {
    const intent = this.#intents.get(id)!
    if (isApproved) this.#hold(intent)
    else this.#failChallenge(intent)
  }

  #failChallenge(intent: Intent): void {
    const error = { code: 'payment_intent_authentication_failure', message: authenticationFailed }
    Object.assign(intent, { status: 'requires_payment_method', next_action: null, payment_method: null })
    intent.last_payment_error = { type: 'invalid_request_error', ...error }
    this.#announce('payment_intent.payment_failed', intent)
  }

  /** Somebody refunds at Stripe's own site, or with a key of another system. */
  refundElsewhere(payment_intent: string, amount: number): void {
    this.#refund({ payment_intent, amount: String(amount) })
  }

  /** The card's bank sends a refund back. */
  returnRefund(id: string): void {
    const refund = this.#refunds.find((one) => one.id === id)!
    Object.assign(refund, { status: 'failed', failure_reason: 'lost_or_stolen_card' })
    this.#announce('refund.failed', refund)
  }

  refunds(): readonly Intent[] {
    return this.#refunds
  }

  /** Somebody captures or cancels at Stripe's own site, or it does so by itself after seven days. */
  actElsewhere(id: string, verb: 'capture' | 'cancel'): void {
    const intent = this.#intents.get(id)!
    if (verb === 'capture') this.#capture(intent, {})
    else this.#cancel(intent)
  }

  /** The newest event, signed. */
  lastMessage(nowMs: number) {
    const body = this.events.at(-1)!
    const time = Math.floor(nowMs / 1_000)
    const signature = createHmac('sha256', this.webhookSecret).update(`${time}.${body}`).digest('hex')
    return { rawBody: Buffer.from(body), headers: { 'stripe-signature': `t=${time},v1=${signature}` }, nowMs }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request)
    const { pathname, searchParams } = new URL(request.url!, 'http://stripe')
    const method = request.method!
    const form = formFrom(method === 'GET' ? searchParams : new URLSearchParams(text))
    const key = request.headers['idempotency-key'] as string | undefined
    this.requests.push({ method, path: pathname, key, form })
    const mishap = method === 'POST' && pathname !== '/v1/payment_intents' ? this.mishaps.shift() : undefined
    if (mishap === 'neverArrives') return void request.socket.destroy()
    const reply = refusedHeaders(request) ?? (await this.#reply(method, pathname, form, key, text, mishap))
    if (mishap === 'answerLost') return void request.socket.destroy()
    response.writeHead(reply.status, { 'content-type': 'application/json', 'request-id': `req_${random()}` })
    response.end(JSON.stringify(reply.body))
  }

  async #reply(
    method: string,
    path: string,
    form: Form,
    key: string | undefined,
    text: string,
    mishap: StripeMishap | undefined,
  ): Promise<Reply> {
    if (method === 'GET') return this.#read(path, form)
    if (mishap === 'tooMany') return error(429, { type: 'invalid_request_error', code: 'rate_limit' })
    if (key === undefined) return this.#change(path, form, mishap)
    const asked = `${path}?${text}`
    const known = this.#saved.get(key)
    if (known !== undefined) {
      if (known.asked !== asked) return error(400, { type: 'idempotency_error', message: otherParameters })
      const isDone = await Promise.race([
        known.reply.then(() => true),
        new Promise((resolve) => setImmediate(resolve, false)),
      ])
      if (!isDone) return error(409, { type: 'idempotency_error', code: 'idempotency_key_in_use' })
      return known.reply
    }
    const reply = this.#change(path, form, mishap)
    this.#saved.set(key, { asked, reply })
    const { body } = await reply
    // What is refused before it is tried is not saved.
    if ((body as { error?: { code?: string } }).error?.code === 'parameter_missing') this.#saved.delete(key)
    return reply
  }

  /** A day has passed. */
  forgetKeys(): void {
    this.#saved.clear()
  }

  #read(path: string, form: Form): Reply {
    if (path === '/v1/payment_intents/search') return this.#search(String(form.query))
    const id = /^\/v1\/payment_intents\/(\w+)$/.exec(path)?.[1]
    if (id !== undefined) return this.#intents.has(id) ? ok(expanded(this.#intents.get(id)!, form)) : missing(id)
    if (path !== '/v1/refunds')
      return error(404, { type: 'invalid_request_error', message: `Unrecognized request URL (GET: ${path}).` })
    const data = this.#refunds.filter(({ payment_intent: intent }) => intent === form.payment_intent).toReversed()
    return ok({ object: 'list', data, has_more: false, url: '/v1/refunds' })
  }

  #search(query: string): Reply {
    const [, reference] = /^metadata\['reference'\]:'([\w-]+)'$/.exec(query) ?? []
    const data = this.intents().filter(({ metadata }) => metadata.reference === reference)
    return ok({
      object: 'search_result',
      data: data.map(collapsed),
      has_more: false,
      next_page: null,
      url: '/v1/payment_intents/search',
    })
  }

  async #change(path: string, form: Form, mishap: StripeMishap | undefined): Promise<Reply> {
    if (this.workMs > 0) await new Promise((resolve) => setTimeout(resolve, this.workMs))
    if (mishap === 'error500') return error(500, { type: 'api_error', message: 'An unknown error occurred.' })
    if (path === '/v1/payment_intents') return this.#create(form)
    if (path === '/v1/refunds') return this.#refund(form)
    const [, id = '', verb = ''] = /^\/v1\/payment_intents\/(\w+)\/(confirm|capture|cancel)$/.exec(path) ?? []
    const intent = this.#intents.get(id)
    if (intent === undefined) return missing(id)
    const verbs: Readonly<Record<string, () => Reply>> = {
      confirm: () => this.#confirm(intent, form),
      capture: () => this.#capture(intent, form),
      cancel: () => this.#cancel(intent),
    }
    return verbs[verb]!()
  }

  #create(form: Form): Reply {
    if (Number(form.amount) < 50 && form.currency !== 'jpy')
      return error(400, { type: 'invalid_request_error', code: 'amount_too_small', param: 'amount', message: tooSmall })
    const id = `pi_${random()}`
    this.#intents.set(id, newIntent(id, form))
    return ok(this.#intents.get(id)!)
  }

  #confirm(intent: Intent, form: Form): Reply {
    if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status))
      return unexpectedState(intent, 'confirm')
    const { payment_method: method } = form
    const card = cards[String(method)]
    if (card === undefined)
      return error(404, { ...missingError(String(method)), message: `No such PaymentMethod: '${method}'` })
    Object.assign(intent, { payment_method: method, next_action: null, last_payment_error: null })
    if (card.decline !== undefined) return this.#decline(intent, card.decline)
    if (card.isChallenged) return this.#challenge(intent, form)
    this.#hold(intent)
    return ok(expanded(intent, form))
  }

  #decline(
    intent: Intent,
    decline: { readonly code: string; readonly decline_code?: string; readonly message: string },
  ): Reply {
    const cardError = {
      type: 'card_error',
      charge: `ch_${random()}`,
      doc_url: 'https://docs.stripe.com/error-codes',
      ...decline,
    }
    Object.assign(intent, { status: 'requires_payment_method', payment_method: null, last_payment_error: cardError })
    this.#announce('payment_intent.payment_failed', intent)
    return error(402, { ...cardError, payment_intent: structuredClone(intent) })
  }

  #challenge(intent: Intent, form: Form): Reply {
    const { return_url } = form
    const redirect = {
      type: 'redirect_to_url',
      redirect_to_url: { return_url, url: `https://hooks.stripe.com/3d_secure_2/${random()}` },
    }
    const script = { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } }
    Object.assign(intent, { status: 'requires_action', next_action: return_url === undefined ? script : redirect })
    this.#announce('payment_intent.requires_action', intent)
    return ok(expanded(intent, form))
  }

  #hold(intent: Intent): void {
    const card = { brand: 'visa', last4: cards[intent.payment_method]!.last4, network: 'visa' }
    const charge = {
      id: `ch_${random()}`,
      object: 'charge',
      amount: intent.amount,
      captured: false,
      payment_method_details: { card, type: 'card' },
    }
    Object.assign(intent, {
      status: 'requires_capture',
      next_action: null,
      amount_capturable: intent.amount,
      latest_charge: charge,
    })
    this.#announce('payment_intent.amount_capturable_updated', intent)
  }

  #capture(intent: Intent, { amount_to_capture: amount = String(intent.amount) }: Form): Reply {
    if (intent.status !== 'requires_capture') return unexpectedState(intent, 'captured')
    if (Number(amount) > intent.amount_capturable)
      return error(400, {
        type: 'invalid_request_error',
        code: 'amount_too_large',
        param: 'amount_to_capture',
        message: tooLarge,
      })
    Object.assign(intent, { status: 'succeeded', amount_capturable: 0, amount_received: Number(amount) })
    this.#announce('payment_intent.succeeded', intent)
    return ok(expanded(intent, {}))
  }

  #cancel(intent: Intent): Reply {
    if (intent.status === 'succeeded' || intent.status === 'canceled') return unexpectedState(intent, 'canceled')
    Object.assign(intent, { status: 'canceled', canceled_at: seconds(), amount_capturable: 0, next_action: null })
    this.#announce('payment_intent.canceled', intent)
    return ok(expanded(intent, {}))
  }

  #refund(form: Form): Reply {
    const intent = this.#intents.get(String(form.payment_intent))
    if (intent === undefined) return missing(String(form.payment_intent))
    const made = this.#refunds.filter((one) => one.payment_intent === intent.id && one.status !== 'failed')
    const left = intent.amount_received - made.reduce((sum, { amount }) => sum + amount, 0)
    if (left === 0)
      return error(400, { type: 'invalid_request_error', code: 'charge_already_refunded', message: alreadyRefunded })
    if (Number(form.amount) > left)
      return error(400, { type: 'invalid_request_error', param: 'amount', message: tooLarge })
    const refund = newRefund(intent, form)
    this.#refunds.push(refund)
    this.#announce('refund.created', refund)
    return ok(refund)
  }

  #announce(type: string, object: Intent): void {
    const event = {
      id: `evt_${random()}`,
      object: 'event',
      api_version: stripeApiVersion,
      created: seconds(),
      data: { object: collapsed(object) },
    }
    this.events.push(JSON.stringify({ ...event, livemode: false, pending_webhooks: 1, type }))
  }
}

/** Payment methods of Stripe's test mode, and what becomes of them. */
const cards: Readonly<
  Record<
    string,
    {
      readonly last4: string
      readonly isChallenged?: boolean
      readonly decline?: { code: string; decline_code?: string; message: string }
    }
  >
> = {
  pm_card_visa: { last4: '4242' },
  pm_card_threeDSecure2Required: { last4: '3220', isChallenged: true },
  pm_card_chargeDeclined: {
    last4: '0002',
    decline: { code: 'card_declined', decline_code: 'generic_decline', message: 'Your card was declined.' },
  },
  pm_card_chargeDeclinedInsufficientFunds: {
    last4: '9995',
    decline: {
      code: 'card_declined',
      decline_code: 'insufficient_funds',
      message: 'Your card has insufficient funds.',
    },
  },
  pm_card_refundFail: { last4: '5126' },
}

function newIntent(
  id: string,
  { amount, currency, description, metadata = {}, capture_method, payment_method_types }: Form,
): Intent {
  return {
    id,
    object: 'payment_intent',
    amount: Number(amount),
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method,
    client_secret: `${id}_secret_${random()}`,
    confirmation_method: 'automatic',
    created: seconds(),
    currency,
    customer: null,
    description: description ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: Object.values(payment_method_types ?? {}),
    processing: null,
    receipt_email: null,
    setup_future_usage: null,
    shipping: null,
    statement_descriptor: null,
    status: 'requires_payment_method',
    transfer_data: null,
  }
}

function newRefund(intent: Intent, form: Form): Intent {
  const hasFailed = intent.payment_method === 'pm_card_refundFail'
  return {
    id: `re_${random()}`,
    object: 'refund',
    amount: Number(form.amount),
    balance_transaction: `txn_${random()}`,
    charge: intent.latest_charge.id,
    created: seconds(),
    currency: intent.currency,
    metadata: form.metadata ?? {},
    payment_intent: intent.id,
    reason: null,
    receipt_number: null,
    status: hasFailed ? 'failed' : 'succeeded',
    ...(hasFailed && { failure_reason: 'expired_or_canceled_card' }),
  }
}

/** A charge is an id unless it is asked for as a whole. */
function expanded(intent: Intent, { expand = {} }: Form): Intent {
  return Object.values(expand).includes('latest_charge') ? intent : collapsed(intent)
}

function collapsed(object: Intent): Intent {
  const charge = object.latest_charge
  return charge?.id === undefined ? object : { ...object, latest_charge: charge.id }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function refusedHeaders({ headers }: IncomingMessage): Reply | undefined {
  if (headers.authorization !== 'Bearer sk_test_fixture')
    return error(401, { type: 'invalid_request_error', message: 'Invalid API Key provided: sk_test_***' })
  if (headers['stripe-version'] !== stripeApiVersion)
    return error(400, { type: 'invalid_request_error', message: 'Invalid Stripe API version.' })
  return undefined
}

function formFrom(params: URLSearchParams): Form {
  const form: Form = {}
  for (const [name, value] of params) {
    const path = name.split(/\]\[|\[|\]/).filter((part) => part !== '')
    let place = form
    for (const part of path.slice(0, -1)) {
      place[part] ??= {}
      place = place[part] as Form
    }
    place[path.at(-1)!] = value
  }
  return form
}

function unexpectedState(intent: Intent, verb: string): Reply {
  const message = `This PaymentIntent could not be ${verb} because it has a status of ${intent.status}.`
  const { latest_charge: _, ...rest } = collapsed(intent)
  return error(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message,
    payment_intent: { ...rest, latest_charge: collapsed(intent).latest_charge },
  })
}

function missing(id: string): Reply {
  return error(404, { ...missingError(id), message: `No such payment_intent: '${id}'` })
}

function missingError(param: string) {
  return {
    type: 'invalid_request_error',
    code: 'resource_missing',
    param,
    doc_url: 'https://docs.stripe.com/error-codes/resource-missing',
  }
}

function ok(body: object): Reply {
  return { status: 200, body: structuredClone(body) }
}

function error(status: number, body: object): Reply {
  return { status, body: { error: { request_log_url: 'https://dashboard.stripe.com/test/logs', ...body } } }
}

const otherParameters =
  'Keys for idempotent requests can only be used with the same parameters they were first used with.'
const tooSmall = 'Amount must be at least €0.50 eur'
const tooLarge = 'Refund amount is greater than unrefunded amount on charge'
const alreadyRefunded = 'Charge has already been refunded.'
const authenticationFailed = 'The provided PaymentMethod has failed authentication.'
const seconds = () => Math.floor(Date.now() / 1_000)
const random = () => randomBytes(9).toString('hex')
