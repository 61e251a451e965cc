import { asSystem, choice, integer, reference, role, text } from 'galley'
import { action } from '../collections.ts'
import { shopCurrencies } from '../pricing/currencies.ts'
import { hashGiftCardCode, hintOfGiftCard, newGiftCardCode } from './gift-card-code.ts'

export const issueGiftCard = action('gift-cards', 'issue', {
  on: 'collection',
  description: 'Makes a gift card. Its code is told here and never again.',
  input: { currency: choice(shopCurrencies), amount: integer({ min: 1, max: 1_000_000_000 }) },
  output: { giftCard: reference('gift-cards'), code: text() },
  hasSecret: true,
  allow: role('staff'),
  async run({ input: { currency, amount }, db }) {
    const store = asSystem(db)
    const code = newGiftCardCode()
    const card = { codeHash: hashGiftCardCode(code), hint: hintOfGiftCard(code), currency, balance: amount }
    const { id } = await store['gift-cards'].create(card)
    await store['gift-card-movements'].create({ giftCard: id, kind: 'issued', amount })
    return { giftCard: id, code }
  },
})
