import { defineErrors } from '../base/error.ts'

export const appErrors = defineErrors('app', {
  secret_short: {
    category: 'internal',
    message: 'GALLEY_SECRET is shorter than 32 characters. Make one with openssl rand -base64 32.',
  },
  database_url: {
    category: 'internal',
    message: 'DATABASE_URL begins with {scheme}, which no adapter knows. Begin it with one of: {known}.',
  },
  mail_url: {
    category: 'internal',
    message: 'MAIL_URL begins with {scheme}, which no adapter knows. Begin it with one of: {known}.',
  },
  queue_url: {
    category: 'internal',
    message: 'QUEUE_URL is no address of a queue. Write it as redis://user:password@host:6379, or rediss://… for TLS.',
  },
  mail_url_unmarked: {
    category: 'internal',
    message:
      'MAIL_URL does not say how mails travel. Write it as smtps://user:password@host, or as inbox:./data/mail, which keeps them in files.',
  },
  mail_url_broken: {
    category: 'internal',
    message:
      'MAIL_URL is no address. Write it as smtps://user:password@host, with % signs for what is special in the password.',
  },
  files_url: {
    category: 'internal',
    message: 'FILES_URL begins with {scheme}, which no adapter knows. Begin it with one of: {known}.',
  },
  files_url_broken: {
    category: 'internal',
    message:
      'FILES_URL cannot be used: {problem}. Write it as s3://bucket?endpoint=https://minio.example&region=eu-central-1.',
  },
  not_found: {
    category: 'internal',
    message: 'There is no application in {place}. Name its module with --app, such as --app ./app.ts.',
  },
  no_app: {
    category: 'internal',
    message: 'The module {module} does not export an application. Write: export default defineApp(…).',
  },
  two_deliveries: {
    category: 'internal',
    message: 'Two features deliver {name} from the outbox. Let one of them do it.',
  },
  broken: { category: 'internal', message: 'The module {module} could not be loaded: {reason}.' },
  port_taken: {
    category: 'internal',
    message: 'Port {port} of {host} is taken. Stop the other program, or set PORT to another number.',
  },
  address_refused: { category: 'internal', message: 'The address {host}:{port} cannot be listened on: {reason}.' },
})
