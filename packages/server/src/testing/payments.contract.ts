import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newId } from '../base/id.ts'
import type { AuthorizeRequest, PaymentProvider, PaymentRequest, ProviderMessage } from '../ports/payments.ts'

/** A provider, and what a test needs of the world around it. */
export interface TestProvider {
  readonly provider: PaymentProvider
  /** Ways to pay, by what becomes of them. */
  readonly methods: {
    readonly succeeds: string
    readonly declined: string
    readonly challenged: string
    readonly failsToRefund: string
  }
  /** The next call that changes something is done, and its answer is lost. */
  loseNextAnswer(): void
  /** The next call that changes something does not arrive. */
  loseNextCall(): void
  /** The payer answers the challenge of a payment. */
  answerChallenge(providerId: string, isApproved: boolean): Promise<void>
  /** The newest message there is, signed now. */
  lastMessage(): ProviderMessage
  close(): Promise<void>
}

/**
 * Registers the tests that every adapter of the `PaymentProvider` port passes: at least one for each sentence of its contract.
 *
 * @param open  opens a provider without payments each time; the test closes it.
 */
export function paymentsContract(name: string, open: () => Promise<TestProvider>): void {
  const promise = (sentence: string, prove: (place: TestProvider) => Promise<void>) =>
    test(sentence, async () => {
      const place = await open()
      try {
        await prove(place)
      } finally {
        await place.provider.close()
        await place.close()
      }
    })

  describe(`${name} keeps the contract of a provider of payments`, () => {
    promise('what is authorized is held, and known by our reference and by its id', async ({ provider, methods }) => {
      const asked = asking(methods.succeeds)
      const outcome = await provider.authorize(asked)
      assert.equal(outcome.outcome, 'succeeded')
      const { providerId } = outcome as { providerId: string }
      for (const known of [asked, { ...asked, providerId }]) {
        const snapshot = await provider.lookUp(known)
        assert.equal(snapshot!.state, 'authorized')
        assert.equal(snapshot!.providerId, providerId)
        assert.equal(snapshot!.capturedAmount, 0)
        assert.match(snapshot!.method!.last4, /^\d{4}$/)
      }
    })

    promise('what nobody has asked for is not known', async ({ provider }) => {
      assert.equal(await provider.lookUp(payment()), undefined)
      assert.equal(await provider.lookUp(payment()), undefined)
    })

    promise('a hold is captured once, whole', async ({ provider, methods }) => {
      const held = await hold(provider, methods.succeeds)
      assert.equal((await provider.capture({ ...held, key: newId(), captureAmount: 5_000 })).outcome, 'succeeded')
      assert.equal((await provider.lookUp(held))!.capturedAmount, 5_000)
      assert.equal((await provider.capture({ ...held, key: newId(), captureAmount: 5_000 })).outcome, 'failed')
      const { state, capturedAmount } = (await provider.lookUp(held))!
      assert.deepEqual({ state, capturedAmount }, { state: 'captured', capturedAmount: 5_000 })
    })

    promise('a part that is captured lets the rest go', async ({ provider, methods }) => {
      const held = await hold(provider, methods.succeeds)
      assert.equal((await provider.capture({ ...held, key: newId(), captureAmount: 1_234 })).outcome, 'succeeded')
      assert.equal((await provider.capture({ ...held, key: newId(), captureAmount: 1 })).outcome, 'failed')
      assert.equal((await provider.lookUp(held))!.capturedAmount, 1_234)
    })

    promise('no more is captured than is held', async ({ provider, methods }) => {
      const held = await hold(provider, methods.succeeds)
      assert.equal((await provider.capture({ ...held, key: newId(), captureAmount: 5_001 })).outcome, 'failed')
      assert.equal((await provider.lookUp(held))!.state, 'authorized')
    })

    promise(
      'a call that is made again with its key is done once and answers the same',
      async ({ provider, methods }) => {
        const asked = asking(methods.succeeds)
        const first = await provider.authorize(asked)
        assert.deepEqual(await provider.authorize(asked), first)
        const held = { ...asked, providerId: (first as { providerId: string }).providerId }
        const capture = { ...held, key: newId(), captureAmount: 5_000 }
        assert.deepEqual(await provider.capture(capture), await provider.capture(capture))
        const refund = { ...held, key: newId(), refundAmount: 700 }
        assert.deepEqual(await provider.refund(refund), await provider.refund(refund))
        const { refunds } = (await provider.lookUp(held))!
        assert.deepEqual(
          refunds.map(({ key, amount, state }) => ({ key, amount, state })),
          [{ key: refund.key, amount: 700, state: 'succeeded' }],
        )
      },
    )

    promise(
      'a declined attempt stays declined under its key, and another method may do',
      async ({ provider, methods }) => {
        const asked = asking(methods.declined)
        const declined = await provider.authorize(asked)
        assert.equal(declined.outcome, 'declined')
        assert.deepEqual(await provider.authorize(asked), declined)
        const { code, message, providerId } = declined as { code: string; message: string; providerId: string }
        const open = await provider.lookUp({ ...asked, providerId })
        assert.equal(open!.state, 'open')
        assert.deepEqual(open!.decline, { code, message })
        const other = { ...asked, providerId, key: newId(), method: methods.succeeds }
        assert.equal((await provider.authorize(other)).outcome, 'succeeded')
        assert.equal((await provider.lookUp(other))!.decline, undefined)
      },
    )

    promise(
      'an answer that was lost can be looked up, and is given again',
      async ({ provider, methods, loseNextAnswer }) => {
        const held = await hold(provider, methods.succeeds)
        const capture = { ...held, key: newId(), captureAmount: 4_000 }
        loseNextAnswer()
        await assert.rejects(provider.capture(capture), { name: 'OutcomeUnknown' })
        assert.equal((await provider.lookUp(held))!.capturedAmount, 4_000)
        assert.equal((await provider.capture(capture)).outcome, 'succeeded')
        const refund = { ...held, key: newId(), refundAmount: 1_000 }
        loseNextAnswer()
        await assert.rejects(provider.refund(refund), { name: 'OutcomeUnknown' })
        assert.equal((await provider.lookUp(held))!.refunds[0]!.key, refund.key)
        assert.equal((await provider.refund(refund)).outcome, 'succeeded')
        assert.equal((await provider.lookUp(held))!.refunds.length, 1)
      },
    )

    promise(
      'an authorization whose answer was lost is found by our reference',
      async ({ provider, methods, loseNextAnswer }) => {
        const asked = asking(methods.succeeds)
        loseNextAnswer()
        await assert.rejects(provider.authorize(asked), { name: 'OutcomeUnknown' })
        assert.equal((await provider.lookUp(asked))!.state, 'authorized')
        assert.equal((await provider.authorize(asked)).outcome, 'succeeded')
      },
    )

    promise('a call that did not arrive has done nothing, and is done when it is made again', async (place) => {
      const { provider, methods, loseNextCall } = place
      const asked = asking(methods.succeeds)
      loseNextCall()
      await assert.rejects(provider.authorize(asked), { name: 'OutcomeUnknown' })
      assert.equal(await provider.lookUp(asked), undefined)
      assert.equal((await provider.authorize(asked)).outcome, 'succeeded')
      const { providerId } = (await provider.lookUp(asked))!
      const capture = { ...asked, providerId, key: newId(), captureAmount: 5_000 }
      loseNextCall()
      await assert.rejects(provider.capture(capture), { name: 'OutcomeUnknown' })
      assert.equal((await provider.lookUp(capture))!.state, 'authorized')
      assert.equal((await provider.capture(capture)).outcome, 'succeeded')
    })

    promise('a challenge is told, also by a look-up, and leads to a hold when it is met', async (place) => {
      const { provider, methods, answerChallenge } = place
      const asked = asking(methods.challenged)
      const outcome = await provider.authorize(asked)
      assert.equal(outcome.outcome, 'requiresAction')
      const { providerId, challenge } = outcome as Extract<typeof outcome, { outcome: 'requiresAction' }>
      assert.ok(challenge.url ?? challenge.clientSecret)
      const waiting = await provider.lookUp({ ...asked, providerId })
      assert.deepEqual([waiting!.state, waiting!.challenge], ['requiresAction', challenge])
      await answerChallenge(providerId, true)
      assert.equal((await provider.lookUp({ ...asked, providerId }))!.state, 'authorized')
    })

    promise(
      'a challenge that is not met leaves the payment open, and says so',
      async ({ provider, methods, answerChallenge }) => {
        const asked = asking(methods.challenged)
        const { providerId } = (await provider.authorize(asked)) as { providerId: string }
        await answerChallenge(providerId, false)
        const open = await provider.lookUp({ ...asked, providerId })
        assert.equal(open!.state, 'open')
        assert.ok(open!.decline)
        const other = { ...asked, providerId, key: newId(), method: methods.succeeds }
        assert.equal((await provider.authorize(other)).outcome, 'succeeded')
      },
    )

    promise(
      'money is held at most once for a reference, whoever asks and at the same time',
      async ({ provider, methods }) => {
        const asked = asking(methods.succeeds)
        await Promise.allSettled(Array.from({ length: 10 }, () => provider.authorize({ ...asked, key: newId() })))
        const again = await provider.authorize({ ...asked, key: newId() })
        assert.equal(again.outcome, 'succeeded')
        const snapshot = await provider.lookUp(asked)
        assert.equal((again as { providerId: string }).providerId, snapshot!.providerId)
        assert.equal(snapshot!.state, 'authorized')
      },
    )

    promise('what is cancelled is let go for good', async ({ provider, methods }) => {
      const held = await hold(provider, methods.succeeds)
      assert.equal((await provider.cancel({ ...held, key: newId() })).outcome, 'succeeded')
      assert.equal((await provider.cancel({ ...held, key: newId() })).outcome, 'succeeded')
      assert.equal((await provider.lookUp(held))!.state, 'cancelled')
      assert.equal((await provider.capture({ ...held, key: newId(), captureAmount: 5_000 })).outcome, 'failed')
      assert.equal((await provider.authorize({ ...held, key: newId(), method: methods.succeeds })).outcome, 'failed')
    })

    promise('a cancellation comes before a call that arrives after it', async ({ provider, methods }) => {
      const asked = asking(methods.succeeds)
      assert.equal((await provider.cancel({ ...asked, key: newId() })).outcome, 'succeeded')
      assert.equal((await provider.authorize(asked)).outcome, 'failed')
      assert.equal((await provider.lookUp(asked))!.state, 'cancelled')
    })

    promise('what was captured is not cancelled', async ({ provider, methods }) => {
      const held = await captured(provider, methods.succeeds)
      assert.equal((await provider.cancel({ ...held, key: newId() })).outcome, 'failed')
      assert.equal((await provider.lookUp(held))!.state, 'captured')
    })

    promise('refunds at the same time never come to more than was captured', async ({ provider, methods }) => {
      const held = await captured(provider, methods.succeeds)
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, () => provider.refund({ ...held, key: newId(), refundAmount: 1_500 })),
      )
      assert.equal(outcomes.filter(({ outcome }) => outcome === 'succeeded').length, 3)
      assert.equal(outcomes.filter(({ outcome }) => outcome === 'failed').length, 7)
      const { refunds } = (await provider.lookUp(held))!
      assert.equal(
        refunds.reduce((sum, { amount }) => sum + amount, 0),
        4_500,
      )
    })

    promise('a refund that the card does not take has failed, and is known as such', async ({ provider, methods }) => {
      const held = await captured(provider, methods.failsToRefund)
      const refund = { ...held, key: newId(), refundAmount: 100 }
      assert.equal((await provider.refund(refund)).outcome, 'failed')
      const [known] = (await provider.lookUp(held))!.refunds
      assert.deepEqual([known!.key, known!.state], [refund.key, 'failed'])
    })

    promise('what is not captured cannot be refunded', async ({ provider, methods }) => {
      const held = await hold(provider, methods.succeeds)
      assert.equal((await provider.refund({ ...held, key: newId(), refundAmount: 1 })).outcome, 'failed')
    })

    promise('amounts are minor units, in currencies with two decimals and with none', async ({ provider, methods }) => {
      for (const currency of ['EUR', 'JPY', 'ISK']) {
        const held = await hold(provider, methods.succeeds, { currency })
        await provider.capture({ ...held, key: newId(), captureAmount: 4_321 })
        await provider.refund({ ...held, key: newId(), refundAmount: 321 })
        const { capturedAmount, refunds } = (await provider.lookUp(held))!
        assert.deepEqual([capturedAmount, refunds[0]!.amount], [4_321, 321], currency)
      }
    })

    promise('a message is genuine when it was signed just now, and not when anything is wrong', async (place) => {
      const { provider, methods } = place
      const asked = asking(methods.succeeds)
      const { providerId } = (await provider.authorize(asked)) as { providerId: string }
      const message = place.lastMessage()
      assert.equal(provider.isGenuine(message), true)
      const news = provider.newsFrom(message.rawBody)!
      assert.deepEqual([news.providerId, news.reference], [providerId, asked.reference])
      assert.ok(news.id)
      const changed = Buffer.from(Buffer.from(message.rawBody).toString('utf8').replace(asked.reference, newId()))
      assert.notDeepEqual(changed, Buffer.from(message.rawBody))
      assert.equal(provider.isGenuine({ ...message, rawBody: changed }), false)
      assert.equal(provider.isGenuine({ ...message, headers: {} }), false)
      for (const minutes of [-6, 6])
        assert.equal(provider.isGenuine({ ...message, nowMs: message.nowMs + minutes * 60_000 }), false)
      for (const name of Object.keys(message.headers))
        assert.equal(provider.isGenuine({ ...message, headers: { ...message.headers, [name]: 'x' } }), false, name)
    })

    promise('the number of a real card is no method', async ({ provider, methods }) => {
      for (const method of Object.values(methods)) assert.equal(provider.isMethod(method), true, method)
      for (const method of ['', '4111111111111111', '378282246310005', '4111 1111 1111 1111', 'x'.repeat(300)])
        assert.equal(provider.isMethod(method), false, method)
    })
  })
}

function payment() {
  const startedAt = new Date().toISOString()
  return { reference: newId(), amount: 5_000, currency: 'EUR', startedAt, description: 'Order 10042' }
}

function asking(method: string, more: Partial<AuthorizeRequest> = {}): AuthorizeRequest {
  return { ...payment(), key: newId(), method, ...more }
}

async function hold(
  provider: PaymentProvider,
  method: string,
  more: Partial<AuthorizeRequest> = {},
): Promise<PaymentRequest> {
  const asked = asking(method, more)
  const outcome = await provider.authorize(asked)
  assert.equal(outcome.outcome, 'succeeded')
  const { method: _, ...rest } = asked
  return { ...rest, providerId: (outcome as { providerId: string }).providerId }
}

async function captured(provider: PaymentProvider, method: string): Promise<PaymentRequest> {
  const held = await hold(provider, method)
  assert.equal((await provider.capture({ ...held, key: newId(), captureAmount: held.amount })).outcome, 'succeeded')
  return held
}
