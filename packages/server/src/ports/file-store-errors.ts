import { defineErrors } from '../base/error.ts'

export const fileStoreErrors = defineErrors('file_store', {
  unsafe_key: { category: 'internal', message: 'A file cannot be kept under the key {key}.' },
  not_found: { category: 'not_found', message: 'There is no such file.' },
  range: { category: 'invalid', message: 'The file has no byte {first}.' },
  unavailable: { category: 'unavailable', message: 'Files cannot be reached for now. Try again in a moment.' },
  refused: {
    category: 'internal',
    message: 'The store of files refused what was asked ({reason}). Check FILES_URL and the credentials.',
  },
  driver_missing: {
    category: 'internal',
    message: 'The package {driver} is not installed. Install it with npm install {driver}.',
  },
  closed: { category: 'internal', message: 'The store of files is closed.' },
})
