import { defineErrors } from 'galley'

export const storeErrors = defineErrors('store', {
  items_missing: {
    category: 'conflict',
    message: 'Not everything in the cart can be had. Change the items listed and try again.',
  },
  no_shelf: { category: 'not_found', message: 'There is no such variant at this location. Receive it there first.' },
  stock_short: { category: 'conflict', message: 'Only {available} pieces are there and not promised to anybody.' },
  transfer_to_itself: { category: 'invalid', message: 'These are the same location. Give another one.' },
  not_on_hand: { category: 'conflict', message: 'Not all of these pieces have come in yet. Ship what is there first.' },
  only_added: { category: 'conflict', message: 'What is written here stays as it is. Add a record that corrects it.' },
  email_missing: { category: 'invalid', message: 'Say where mails about the order go: give an email.' },
  order_unknown: { category: 'not_found', message: 'There is no such order. Open the link in the mail again.' },
  order_busy: { category: 'conflict', message: 'Somebody else has changed this order at the same moment. Try again.' },
  item_unknown: { category: 'not_found', message: 'Name items of this order, each once.' },
  more_than_ordered: { category: 'conflict', message: 'There are not as many left of {name}.' },
  more_than_shipped: { category: 'conflict', message: 'Not as many of {name} were sent and kept.' },
  return_settled: { category: 'conflict', message: 'This return was received or rejected already.' },
  order_unpaid: { category: 'conflict', message: 'This order is not paid yet. Cancel it instead.' },
  refund_nothing: { category: 'invalid', message: 'Name items, or an amount.' },
  refund_too_much: { category: 'conflict', message: 'At most {refundable} of what was paid can still be given back.' },
  invoice_missing: {
    category: 'not_found',
    message: 'There is no such invoice: it is written when the order is paid.',
  },
  order_status: { category: 'conflict', message: 'An order that is {status} cannot become {wanted}.' },
  orders_open: {
    category: 'conflict',
    message:
      '{count} orders are on their way. Wait for the parcels, or cancel the orders, and delete the account then.',
  },
  too_many_days: { category: 'invalid', message: 'A report tells at most {max} days. Ask for a shorter time.' },
})
