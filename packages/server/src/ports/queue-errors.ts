import { defineErrors } from '../base/error.ts'

export const queueErrors = defineErrors('queue', {
  closed: { category: 'unavailable', message: 'The queue is closed. Open the application again.' },
  unavailable: { category: 'unavailable', message: 'The queue of jobs does not answer. Try again later.' },
  driver_missing: {
    category: 'internal',
    message: 'The package {driver} is not installed. Install it with npm install {driver}.',
  },
})
