import { defineErrors } from '../../base/error.ts'

export const adviseErrors = defineErrors('advise', {
  unknown_asker: { category: 'invalid', message: 'Nobody who asks is called {name}. There are: {known}.' },
})
