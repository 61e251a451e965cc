import { defineErrors } from 'galley'

export const cartErrors = defineErrors('cart', {
  secret_unknown: {
    category: 'unauthenticated',
    message: 'The secret of the cart is not valid, or nobody has used it for a month. Open a new cart.',
  },
  not_open: { category: 'conflict', message: 'This cart is {status}. Open a new one.' },
  full: { category: 'conflict', message: 'A cart holds at most {max} different things. Order the rest separately.' },
  quantity_limit: { category: 'conflict', message: 'At most {max} of one thing go into a cart.' },
  not_ready: { category: 'conflict', message: 'The cart cannot be ordered as it is. Look at what is listed.' },
  coupon_unknown: { category: 'not_found', message: 'There is no such coupon. Check the code.' },
  coupon_refused: { category: 'conflict', message: '{why}' },
  coupon_incomplete: { category: 'unprocessable', message: 'A coupon of the kind {kind} needs {needs}.' },
  coupon_limit: {
    category: 'conflict',
    message: 'The coupon has been used {used} times. Retire it to end it: a limit is not below what was used.',
  },
  gift_card_unknown: { category: 'not_found', message: 'There is no such gift card. Check the code.' },
  gift_card_refused: { category: 'conflict', message: '{why}' },
  gift_card_overdrawn: {
    category: 'conflict',
    message: 'The gift card holds less than it did. Ask for a new quote of the cart.',
  },
  gift_card_overreturned: { category: 'internal', message: 'More would go back to a gift card than it paid.' },
})
