import { type IncomingWebhook, incomingWebhook, isId, type PaymentNews } from '../../plugin.ts'
import type { Payment } from './collections.ts'
import { findByProviderId, findPayment } from './find-rows.ts'
import type { PaymentsKit } from './kit.ts'
import { reconcile } from './reconcile.ts'

/** What the provider sends to `POST /api/webhooks/{its name}`. Nothing in it is believed: it is an occasion to look up. */
export function providerMessages(name: string, kit: () => PaymentsKit): IncomingWebhook {
  return incomingWebhook(name, {
    description: `Messages of the provider of payments, ${name}.`,
    verify: ({ rawBody, headers, nowMs }) => kit().provider.isGenuine({ rawBody, headers, nowMs }),
    idOf: ({ id }) => id,
    handle: async ({ rawBody }) => lookAt(kit().provider.newsFrom(rawBody), kit()),
  })
}

async function lookAt(news: PaymentNews | undefined, kit: PaymentsKit): Promise<void> {
  const payment = news && (await paymentOf(news, kit))
  if (payment !== undefined) await reconcile(payment, 'message', kit)
}

/** A provider may be used for other things too: what is not ours is passed over. */
function paymentOf({ reference, providerId }: PaymentNews, { context }: PaymentsKit): Promise<Payment | undefined> {
  return isId(reference) ? findPayment(reference, context.db) : findByProviderId(providerId, context.db)
}
