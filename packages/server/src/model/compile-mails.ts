import type { Feature } from './feature.ts'
import type { MailTemplate } from './mail-template.ts'
import type { Problems } from './problems.ts'

/** All mails by their names; those of `mailOverrides` take the place of others. */
export function compileMails(features: readonly Feature[], problems: Problems): ReadonlyMap<string, MailTemplate> {
  const mails = byName(
    features.flatMap((feature) => feature.mails ?? []),
    problems,
  )
  const overrides = byName(
    features.flatMap((feature) => feature.mailOverrides ?? []),
    problems,
  )
  for (const [name, override] of overrides) {
    const original = mails.get(name)
    if (original !== undefined) checkOverride(override, original, problems)
    mails.set(name, override)
  }
  return mails
}

function byName(templates: readonly MailTemplate[], problems: Problems): Map<string, MailTemplate> {
  const found = new Map<string, MailTemplate>()
  for (const template of templates) {
    const path = `mails.${template.name}`
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(template.name))
      problems.add(path, 'A mail is named like auth.verify-email: lower-case letters, digits and - between points.')
    if (found.has(template.name)) problems.add(path, 'There are two mails of this name. Rename one.')
    found.set(template.name, template)
  }
  return found
}

/** Whoever sends the mail knows only the input of the one they declared. */
function checkOverride(override: MailTemplate, original: MailTemplate, problems: Problems): void {
  const given = Object.keys(original.input)
  for (const name of Object.keys(override.input)) {
    if (given.includes(name)) continue
    const list = given.length === 0 ? 'nothing' : given.join(', ')
    problems.add(
      `mails.${override.name}.input.${name}`,
      `Whoever sends this mail does not give it. It is given: ${list}.`,
    )
  }
}
