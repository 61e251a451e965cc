import { defineErrors } from '../base/error.ts'

export const queueErrors = defineErrors('queue', {
  closed: { category: 'unavailable', message: 'The queue is closed. Open the application again.' },
})
