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
  order_status: { category: 'conflict', message: 'An order that is {status} cannot become {wanted}.' },
})
