import { defineErrors } from '../base/error.ts'

export const cliErrors = defineErrors('cli', {
  no_accounts: {
    category: 'not_found',
    message: 'Nobody signs in to this application: it has no accounts. Add the feature auth({ accounts: […] }).',
  },
  no_job: {
    category: 'not_found',
    message:
      'There is no such job as {id}, or it is not one that this can be done to. See galley jobs list; a job that is done is removed, unless it says keep.',
  },
  usage: { category: 'invalid', message: '{problem} See {command} --help.' },
  bad_environment: { category: 'invalid', message: 'The environment variable {name} is {value}. It must be {wanted}.' },
  folder_taken: { category: 'conflict', message: 'The folder {folder} exists and is not empty. Choose another name.' },
  bad_name: {
    category: 'invalid',
    message:
      'The name {name} cannot be the name of a package. Use lower-case letters, digits and hyphens, such as my-app.',
  },
  no_file: { category: 'invalid', message: 'There is no file {file}. Name one that exists.' },
  pending_migrations: {
    category: 'invalid',
    message: 'These migrations have not been applied yet: {names}. Run galley migrate apply, then plan.',
  },
  workers_died: {
    category: 'unavailable',
    message:
      'No worker serves any more: {count} in a row ended soon after their start. Why is said above or in the log; start it again when that is mended.',
  },
  other_galley: {
    category: 'invalid',
    message:
      'The application uses the Galley in {theirs}, but this is the one in {ours}. Run npx galley in the folder of the application.',
  },
})
