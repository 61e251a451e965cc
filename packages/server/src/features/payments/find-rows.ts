import type { Payment, PaymentOperation, PaymentsDb } from './collections.ts'

/** @throws operation_not_found */
export async function getPayment(id: string, { payments }: PaymentsDb): Promise<Payment> {
  const payment = await payments.get(id)
  return payment
}

export async function findPayment(id: string, { payments }: PaymentsDb): Promise<Payment | undefined> {
  const payment = await payments.findOne(id)
  return payment
}

export async function findByProviderId(providerId: string, { payments }: PaymentsDb): Promise<Payment | undefined> {
  const payment = await payments.first({ where: { providerId } })
  return payment
}

export async function findOperation(id: string, db: PaymentsDb): Promise<PaymentOperation | undefined> {
  const operation = await db['payment-operations'].findOne(id)
  return operation
}
