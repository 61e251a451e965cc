import { defineErrors } from '../../base/error.ts'

export const importErrors = defineErrors('import', {
  unknown_collection: {
    category: 'invalid',
    message: 'There is no collection {collection}. There are: {collections}.',
  },
  bad_columns: { category: 'invalid', message: 'The columns of the file do not fit {collection}:\n{list}' },
  empty: { category: 'invalid', message: 'The file is empty. Its first line must name the columns.' },
  bad_rows: {
    category: 'invalid',
    message: 'Nothing was imported, because {count} of {rows} rows cannot be accepted.',
  },
})
