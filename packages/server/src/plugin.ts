/** The plugin door: what a feature may use, whoever wrote it. All that applications use, and what it takes to be a part of Galley. */

export type { Clock } from './base/clock.ts'
export { type Duration, durationMs, likelyDuration } from './base/duration.ts'
export { escapeHtml, Html, type HtmlValue, html } from './base/html.ts'
export { isId, newId } from './base/id.ts'
export { isObject } from './base/is-object.ts'
export type { MaybePromise } from './base/maybe-promise.ts'
export { hintFor, nearestName } from './base/nearest-name.ts'
export { reasonOf } from './base/reason-of.ts'
export { createSealer, type Sealer, type SealerOptions } from './base/seal.ts'
export {
  newWebhookSecret,
  standardWebhookHeaders,
  webhookKey,
} from './base/standard-webhooks.ts'
export { stripeSignatureHeader } from './base/stripe-signature.ts'
export { createUseNotes, type UseNotes } from './base/use-notes.ts'
export { bodyTooLarge } from './http/body-stream.ts'
export { clientKey } from './http/client-key.ts'
export { type WebRequest, webFetch } from './http/outgoing-http/web-fetch.ts'
export * from './index.ts'
export type { AccountManagement, AccountSummary } from './model/account-management.ts'
export { checkOptions } from './model/check-options.ts'
export type { JobModel } from './model/compile-jobs.ts'
export type { LooseDb } from './model/db.ts'
export {
  type Credentials,
  type DeliveredEntry,
  defineFeature,
  type Feature,
  type FeatureContext,
  type FeatureRuntime,
  type KnownActor,
  type MadeFromRows,
  type Remembered,
  type RememberOptions,
  type Surroundings,
  type SystemEffects,
} from './model/feature.ts'
export {
  type AnswerStream,
  type BodyKind,
  type ByteRange,
  type FeatureRoute,
  type RouteAnswer,
  type RouteDefinition,
  type RouteEffects,
  type RouteRequest,
  route,
} from './model/feature-route.ts'
export type { Fields } from './model/field.ts'
export {
  type IncomingEvent,
  type IncomingWebhook,
  type IncomingWebhookDefinition,
  incomingWebhook,
  type VerifyWebhook,
  type WebhookDelivery,
} from './model/incoming-webhook.ts'
export type { AnyCollection, LooseRecord, ParsedValuesOf } from './model/infer.ts'
export { mailButton, mailCode } from './model/mail-parts.ts'
export {
  type MailPlace,
  type MailTemplate,
  type MailTemplateDefinition,
  mailJob,
  mailTemplate,
  type QueuedMail,
  sendMail,
} from './model/mail-template.ts'
export type { CollectionModel, FieldModel, Model } from './model/model.ts'
export type { Problems } from './model/problems.ts'
export { isInScope } from './model/scopes.ts'
export {
  type SignatureOptions,
  standardWebhooks,
  stripeSignature,
  type WebhookSecret,
} from './model/webhook-verifiers.ts'
export type { FileFacts, FileRange, FileSource, FileStore, SignedUrlOptions, StoredFile } from './ports/file-store.ts'
export type { Log } from './ports/log.ts'
export type { KeptMail, Mail, MailAddress, Mailer, MailInbox } from './ports/mailer.ts'
export type { OutgoingAnswer, OutgoingFetch, OutgoingRequest } from './ports/outgoing-http.ts'
export {
  type AuthorizeOutcome,
  type AuthorizeRequest,
  type CallOutcome,
  type CaptureRequest,
  OutcomeUnknown,
  type PaymentChallenge,
  type PaymentNews,
  type PaymentPlace,
  type PaymentProvider,
  type PaymentProviderDeclaration,
  type PaymentReference,
  type PaymentRehearsal,
  type PaymentRequest,
  type PaymentSnapshot,
  type ProviderMessage,
  type RefundOutcome,
  type RefundRequest,
  type RehearsedChallenge,
} from './ports/payments.ts'
export {
  type ClaimedJob,
  type Hold,
  isTicked,
  type JobState,
  type NewJob,
  type Outcome,
  type Queue,
  type StoredJob,
} from './ports/queue.ts'
export { isMailAddress } from './ports/safe-mail.ts'
