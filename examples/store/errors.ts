import { defineErrors } from 'galley'

export const storeErrors = defineErrors('store', {
  cart_empty: { category: 'conflict', message: 'The cart is empty. Put something into it first.' },
  cart_too_large: {
    category: 'conflict',
    message: 'An order holds at most {max} products. Order the rest separately.',
  },
  cart_ordered: { category: 'conflict', message: 'This cart has been ordered already. Open a new one.' },
  items_missing: {
    category: 'conflict',
    message: 'Not everything in the cart can be had. Change the items listed and try again.',
  },
  no_shelf: { category: 'not_found', message: 'There is no such variant at this location. Receive it there first.' },
  stock_short: { category: 'conflict', message: 'Only {available} pieces are there and not promised to anybody.' },
  transfer_to_itself: { category: 'invalid', message: 'These are the same location. Give another one.' },
  not_on_hand: { category: 'conflict', message: 'Not all of these pieces have come in yet. Ship what is there first.' },
  only_added: { category: 'conflict', message: 'What is written here stays as it is. Add a record that corrects it.' },
  order_status: { category: 'conflict', message: 'An order that is {status} cannot become {wanted}.' },
})
