import { durationMs } from '../base/duration.ts'
import type { Feature } from './feature.ts'
import type { IncomingWebhook } from './incoming-webhook.ts'
import { collectionNamePattern } from './names.ts'
import type { Problems } from './problems.ts'

/** All incoming webhooks by their names. */
export function compileIncomingWebhooks(
  features: readonly Feature[],
  problems: Problems,
): ReadonlyMap<string, IncomingWebhook> {
  const webhooks = new Map<string, IncomingWebhook>()
  for (const webhook of features.flatMap(({ incomingWebhooks = [] }) => incomingWebhooks)) {
    const path = `incomingWebhooks.${webhook.name}`
    if (webhooks.has(webhook.name)) problems.add(path, 'There are two incoming webhooks of this name. Rename one.')
    for (const sentence of problemsOf(webhook)) problems.add(path, sentence)
    webhooks.set(webhook.name, webhook)
  }
  return webhooks
}

/** Paths under `/api/webhooks` that are something else. */
const reservedNames: ReadonlySet<string> = new Set(['endpoints', 'events', 'inbox'])

function problemsOf({ name, maxBodyBytes, keepFor }: IncomingWebhook): readonly string[] {
  const problems: string[] = []
  if (!collectionNamePattern.test(name) || name.length > 48)
    problems.push('It is named like my-carrier: lower-case letters, digits and -, at most 48.')
  if (reservedNames.has(name)) problems.push(`/api/webhooks/${name} is served already. Rename it.`)
  if (!Number.isInteger(maxBodyBytes) || maxBodyBytes < 1 || maxBodyBytes > 700_000)
    problems.push('maxBodyBytes is from 1 to 700000.')
  if (durationMs(keepFor) === undefined) problems.push('keepFor is a time with its unit, such as 30d.')
  return problems
}
