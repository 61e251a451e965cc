import { defineErrors } from '../../../plugin.ts'

export const passwordlessErrors = defineErrors('auth', {
  other_browser: {
    category: 'forbidden',
    message:
      'This link is good only in the browser or app that asked for it. Open it there, or ask for a new one here.',
  },
})
