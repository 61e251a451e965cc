import { defineErrors } from '../base/error.ts'

export const schemaErrors = defineErrors('schema', {
  behind: {
    category: 'internal',
    message:
      'The database is not what the declarations say:\n{list}\nRun `galley migrate plan`, read the file it writes, then run `galley migrate apply`.',
  },
  foreign_table: {
    category: 'internal',
    message:
      'The database has {tables} already, and Galley did not make it. Rename the collection, or use a database of its own.',
  },
  has_problems: {
    category: 'internal',
    message: 'The database cannot be changed to what the declarations say:\n{list}',
  },
  loses_data: {
    category: 'internal',
    message:
      'The migration {name} loses data:\n{list}\nIf that is meant, write `-- allow: data loss` at the top of its file and apply again.',
  },
  plan_loses_data: {
    category: 'internal',
    message: 'This change loses data and was not made:\n{list}\nIf that is meant, allow it in so many words.',
  },
  down_loses_data: {
    category: 'internal',
    message:
      'Going back before {name} loses data and was not done:\n{list}\nIf that is meant, run `galley migrate down --allow-data-loss`.',
  },
  changed_file: {
    category: 'internal',
    message:
      'The migration {name} was changed after it had been applied. Restore its file, and write a new migration for the change.',
  },
  missing_file: {
    category: 'internal',
    message: 'The migration {name} has been applied, but its file is missing. Restore it from version control.',
  },
  out_of_order: {
    category: 'internal',
    message: 'The migration {name} would come before {last}, which has been applied. Give it a higher number.',
  },
  bad_file: { category: 'internal', message: 'The file {name} cannot be used: {reason}.' },
  failed: { category: 'internal', message: 'The migration {name} failed, and nothing of it was kept: {reason}.' },
  moved: {
    category: 'conflict',
    message: 'The database was changed by another process after this plan had been made. Plan again.',
  },
  nothing_to_revert: { category: 'internal', message: 'No migration has been applied, so there is none to revert.' },
  irreversible: {
    category: 'internal',
    message: 'The migration {name} does not say how to go back. Write a new migration instead.',
  },
  not_equal: {
    category: 'internal',
    message: 'Files can only be marked as applied where the database is what the declarations say. It is not:\n{list}',
  },
})
