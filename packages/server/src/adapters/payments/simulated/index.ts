/** What applications import as `galley/payments/simulated`. */
export { type SimulatedCard, simulatedCards } from './cards.ts'
export type { SimulatedCall, SimulatedPayment } from './ledger.ts'
export {
  type HeldCall,
  type SimulatedControl,
  type SimulatedOptions,
  type SimulatedPayments,
  simulated,
} from './simulated.ts'
export type { SimulatedCallKind } from './simulated-provider.ts'
