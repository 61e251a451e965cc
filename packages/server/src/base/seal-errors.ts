import { defineErrors } from './error.ts'

export const sealErrors = defineErrors('seal', {
  unknown_key: {
    category: 'internal',
    message: 'Something was sealed with a key that is not known here. Give back the secret it was sealed with.',
  },
  broken: { category: 'internal', message: 'Something sealed was changed, or belongs to somebody else.' },
})
