/** What applications import as `galley/payments`. */
export { changePayer } from './change-payer.ts'
export type {
  Payment,
  PaymentOperation,
  PaymentOperationKind,
  PaymentOperationState,
  PaymentStatus,
} from './collections.ts'
export type { PaymentEffects } from './effects.ts'
export type { PaymentHandler, PaymentHandlers, PaymentHappening } from './handlers.ts'
export type { PaymentsOptions } from './options.ts'
export { payments } from './payments-feature.ts'
export {
  type CancelWish,
  type CaptureWish,
  type RefundWish,
  requestCancel,
  requestCapture,
  requestRefund,
} from './requests.ts'
export { type PaymentStart, startPayment } from './start-payment.ts'
