/** What a number of a card makes the simulated provider do. The table of docs/guide/payments.md is this one. */
export interface SimulatedCard {
  readonly brand: string
  /** What becomes of an authorization. Default: it succeeds. */
  readonly decline?: { readonly code: string; readonly message: string }
  /** The payer has to prove who they are; `fails`: and cannot, whatever they answer. */
  readonly challenge?: 'asked' | 'fails'
  /** What happens to the first attempt of each call: it is slow; it is done and its answer is lost; it never arrives. */
  readonly mishap?: Mishap
  /** How messages come. Default: each once, after the answer. */
  readonly messages?: 'threeTimes' | 'beforeAnswer'
  /** What becomes of a refund. Default: it succeeds. */
  readonly refund?: 'fails' | 'pending' | 'pendingThenFails'
}

export type Mishap = 'slow' | 'answerLost' | 'neverArrives'

export const simulatedCards: Readonly<Record<string, SimulatedCard>> = Object.freeze({
  '4242424242424242': { brand: 'visa' },
  '5555555555554444': { brand: 'mastercard' },
  '4000000000000002': { brand: 'visa', decline: { code: 'card_declined', message: 'The card was declined.' } },
  '4000000000009995': {
    brand: 'visa',
    decline: { code: 'insufficient_funds', message: 'The card has not enough money.' },
  },
  '4000000000000069': { brand: 'visa', decline: { code: 'expired_card', message: 'The card has expired.' } },
  '4000000000003220': { brand: 'visa', challenge: 'asked' },
  '4000008400001629': { brand: 'visa', challenge: 'fails' },
  '4000000000005019': { brand: 'visa', mishap: 'slow' },
  '4000000000005027': { brand: 'visa', mishap: 'answerLost' },
  '4000000000005035': { brand: 'visa', mishap: 'neverArrives' },
  '4000000000005043': { brand: 'visa', messages: 'threeTimes' },
  '4000000000005050': { brand: 'visa', messages: 'beforeAnswer' },
  '4000000000005126': { brand: 'visa', refund: 'fails' },
  '4000000000007726': { brand: 'visa', refund: 'pending' },
  '4000000000005068': { brand: 'visa', refund: 'pendingThenFails' },
})

/** Spaces are for reading. */
export function cardNumber(method: string): string {
  return method.replaceAll(' ', '')
}
