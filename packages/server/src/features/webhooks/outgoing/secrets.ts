import { createSealer, type FeatureContext, newId, newWebhookSecret, type Sealer, webhookKey } from '../../../plugin.ts'
import type { Endpoint } from './tables.ts'

/** Secrets of endpoints: given once, and kept so that only the server reads them. */
export interface EndpointSecrets {
  make(): NewEndpoint
  /** A further secret for an endpoint. */
  next(endpoint: string): MadeSecret
  /** Keys to sign with now: while the former secret is still good, both. */
  keysOf(endpoint: Endpoint, nowMs: number): readonly Buffer[]
}

export interface MadeSecret {
  /** `whsec_…`, for whoever receives. */
  readonly secret: string
  readonly sealed: string
}

/** The secret of an endpoint opens for its id only. */
export interface NewEndpoint extends MadeSecret {
  readonly id: string
}

export async function createEndpointSecrets(context: FeatureContext): Promise<EndpointSecrets> {
  const sealer = createSealer({ secret: await context.secret('webhooks'), purpose: 'webhook-secret' })
  const next = (id: string): MadeSecret => {
    const secret = newWebhookSecret()
    return { secret, sealed: sealer.seal(secret, id) }
  }
  return {
    make: () => {
      const id = newId()
      return { id, ...next(id) }
    },
    next,
    keysOf: ({ id, secret, previousSecret, previousSecretUntil }, nowMs) => {
      const isPreviousGood = previousSecretUntil !== null && Date.parse(previousSecretUntil) > nowMs
      const current = keyIn(secret, id, sealer)
      const previous = isPreviousGood && previousSecret !== null ? keyIfKnown(previousSecret, id, sealer) : undefined
      return previous === undefined ? [current] : [current, previous]
    },
  }
}

/** Undefined: it was sealed with a GALLEY_SECRET that is gone, which may be why it was replaced. */
function keyIfKnown(sealed: string, id: string, sealer: Sealer): Buffer | undefined {
  try {
    return keyIn(sealed, id, sealer)
  } catch {
    return undefined
  }
}

/** @throws seal_unknown_key, seal_broken */
function keyIn(sealed: string, id: string, sealer: Sealer): Buffer {
  return webhookKey(sealer.open(sealed, id).toString())!
}
