/** What applications import as `galley/mail`. */
export {
  type Html,
  type HtmlValue,
  html,
  type MailPlace,
  type MailTemplate,
  type MailTemplateDefinition,
  mailButton,
  mailCode,
  mailTemplate,
  sendMail,
} from '../../plugin.ts'
export { type MailOptions, mail } from './mail-feature.ts'
export { type RenderedMail, renderMail } from './render-mail.ts'
