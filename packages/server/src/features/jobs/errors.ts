import { defineErrors } from '../../plugin.ts'

export const jobErrors = defineErrors('job', {
  timed_out: {
    category: 'internal',
    message: 'The job {name} took longer than {timeoutMs} ms. Give it a longer timeout, or less to do at once.',
  },
  cancelled: { category: 'internal', message: 'The job was cancelled.' },
  lost: { category: 'internal', message: 'Another process has taken the job over.' },
  stopping: { category: 'internal', message: 'This process stops; another one goes on with the job.' },
  schedule_invalid: { category: 'internal', message: 'The schedule of the job {name} cannot be read. {reason}.' },
})
