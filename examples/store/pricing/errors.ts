import { defineErrors } from 'galley'

export const pricingErrors = defineErrors('pricing', {
  amount_uncountable: {
    category: 'conflict',
    message: 'An amount is too large to be counted exactly. Order less, or in parts.',
  },
  amount_wrong: { category: 'internal', message: '{what} has to be a whole number from {min} on, and is {given}.' },
})
