import { checkOptions, hintFor, type Model, type PaymentProviderDeclaration, type Problems } from '../../plugin.ts'
import type { PaymentHandlers } from './handlers.ts'

export interface PaymentsOptions {
  /** `simulated()` of `galley/payments/simulated`, or `stripe()` of `galley/payments/stripe`. */
  readonly provider: PaymentProviderDeclaration
  /** The role that sees all payments. Default: nobody sees those of others. */
  readonly staff?: string
  readonly on?: PaymentHandlers
  /** Where the payer's browser comes back after a challenge: a path of the own site. Default `/`. `payment` is added to its query. */
  readonly returnPath?: string
}

const optionNames = ['provider', 'staff', 'on', 'returnPath'] as const satisfies readonly (keyof PaymentsOptions)[]
const handlerNames = [
  'authorized',
  'captured',
  'refunded',
  'declined',
  'cancelled',
  'failed',
] as const satisfies readonly (keyof PaymentHandlers)[]

export function checkPaymentsOptions(options: PaymentsOptions, { roles }: Model, problems: Problems): void {
  const { staff, on, returnPath = '/' } = options
  checkOptions(options, optionNames, 'payments', problems)
  checkOptions(on, handlerNames, 'payments.on', problems)
  if (staff !== undefined && !roles.has(staff))
    problems.add('payments.staff', `There is no role ${staff}.${hintFor(staff, roles.keys())}`)
  if (!/^\/(?![/\\])/.test(returnPath))
    problems.add('payments.returnPath', 'It is a path of the own site, such as /orders.')
}
