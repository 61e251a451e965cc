import { defineFeature, type Feature, type FeatureContext, type PaymentPlace } from '../../plugin.ts'
import { callJob } from './call-job.ts'
import { type PaymentsDb, paymentCollections } from './collections.ts'
import type { PaymentsKit } from './kit.ts'
import { checkPaymentsOptions, type PaymentsOptions } from './options.ts'
import { paymentRoutes } from './payment-routes.ts'
import { providerMessages } from './provider-messages.ts'
import { rehearsalRoutes } from './rehearsal-routes.ts'
import { resumeOperations } from './resume.ts'

/**
 * Takes payments through one provider, each subject at most once.
 *
 * ```ts
 * defineApp({ …, features: [payments({ provider: stripe(), staff: 'staff', on: { captured: async ({ payment, db }) => { … } } })] })
 * ```
 */
export function payments(options: PaymentsOptions): Feature {
  const { provider: declared, staff, on = {}, returnPath = '/' } = options
  const started: { kit?: PaymentsKit } = {}
  return defineFeature({
    name: 'payments',
    check: (model, problems) => checkPaymentsOptions(options, model, problems),
    collections: paymentCollections(staff),
    incomingWebhooks: [providerMessages(declared.name, () => started.kit!)],
    async start(context) {
      const provider = await declared.open(placeOf(context))
      const kit: PaymentsKit = { context, provider, on, returnPath }
      started.kit = kit
      return {
        routes: [...paymentRoutes(kit), ...rehearsalRoutes(kit)],
        jobs: [callJob(kit)],
        greet: async (url) => greeting(url, kit),
        tidy: () => resumeOperations(kit),
        stop: () => provider.close(),
      }
    },
  })
}

function greeting(url: string, { context, provider: { rehearsal } }: PaymentsKit): string | undefined {
  rehearsal?.servedAt(url)
  const isToldElsewhere = rehearsal === undefined || context.surroundings.isDevelopment
  return isToldElsewhere ? undefined : 'Payments are simulated: nobody pays any money.'
}

function placeOf({ surroundings, clock, secret }: FeatureContext<PaymentsDb>): PaymentPlace {
  return { ...surroundings, secret, nowMs: () => clock.nowMs() }
}
