import { defineErrors } from '../../plugin.ts'

export const paymentsErrors = defineErrors('payments', {
  amount: {
    category: 'invalid',
    message: 'The amount {amount} is not possible here: give a whole number of minor units from 1 to {max}.',
  },
  already_started: {
    category: 'conflict',
    message: 'There is a payment of {existing} for {subject} already. Cancel it before one of {amount} is started.',
  },
  status: {
    category: 'conflict',
    message: 'The payment is {status}: that cannot be done now.',
  },
  key_used: {
    category: 'conflict',
    message: 'Something else was asked for under the key {key}. Give each wish a key of its own.',
  },
  too_much: {
    category: 'conflict',
    message: 'No more than {refundable} can be given back.',
  },
  method: {
    category: 'invalid',
    message:
      'This is no way to pay that the provider knows. Give what its script or its test page gave you, never the number of a card.',
  },
  too_many_attempts: {
    category: 'too_many',
    message: 'It was tried {max} times to pay this. Ask the shop for help.',
  },
  not_payer: {
    category: 'forbidden',
    message: 'Only whoever the payment was made for can pay it.',
  },
})
