import { defineErrors } from '../base/error.ts'

export const databaseErrors = defineErrors('database', {
  unavailable: { category: 'unavailable', message: 'The database cannot be reached. Try again in a moment.' },
  timeout: { category: 'unavailable', message: 'The database took too long. Try again with less.' },
  busy: { category: 'unavailable', message: 'Too many changes at once. Try again in a moment.' },
  statement_timeout: {
    category: 'unavailable',
    message:
      'Reading this took longer than {seconds} s and was stopped. Narrow the filter, or add an index: galley advise names it.',
  },
  reads_busy: { category: 'unavailable', message: 'Too many long reads at once. Try again in a moment.' },
  damaged: {
    category: 'internal',
    message: 'The database file {file} is damaged or not a database. Restore it from a backup, or name another file.',
  },
  foreign: { category: 'internal', message: 'The database file {file} belongs to another program. Name another file.' },
  unopenable: { category: 'internal', message: 'The database file {file} cannot be opened: {reason}.' },
  read_only: { category: 'internal', message: 'The database was opened for reading only.' },
  driver_missing: {
    category: 'internal',
    message: 'The driver {driver} is not installed. Install it with npm install {driver}.',
  },
})
