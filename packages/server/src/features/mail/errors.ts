import { defineErrors } from '../../plugin.ts'

export const mailErrors = defineErrors('mail', {
  bad_address: {
    category: 'internal',
    message:
      'The sender of mails, {name}, is {value}. Write one address, as no-reply@shop.example or Tea Shop <no-reply@shop.example>.',
  },
})
