export { createInboxMailer, type InboxOptions } from './inbox-mailer.ts'
