import { defineErrors } from '../base/error.ts'

export const appErrors = defineErrors('app', {
  database_url: {
    category: 'internal',
    message: 'DATABASE_URL begins with {scheme}, which no adapter knows. Begin it with one of: {known}.',
  },
  not_found: {
    category: 'internal',
    message: 'There is no application in {place}. Name its module with --app, such as --app ./app.ts.',
  },
  no_app: {
    category: 'internal',
    message: 'The module {module} does not export an application. Write: export default defineApp(…).',
  },
  broken: { category: 'internal', message: 'The module {module} could not be loaded: {reason}.' },
  port_taken: {
    category: 'internal',
    message: 'Port {port} of {host} is taken. Stop the other program, or set PORT to another number.',
  },
  address_refused: { category: 'internal', message: 'The address {host}:{port} cannot be listened on: {reason}.' },
})
