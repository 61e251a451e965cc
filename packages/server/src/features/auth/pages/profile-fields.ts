import type { FieldModel } from '../../../plugin.ts'
import { type AuthKit, requireKind } from '../kit.ts'
import { emailAddress, newPassword, type PageField } from './auth-page.ts'

/** The address, what else the record has to have, and a password. */
export function firstAdministratorFields(kit: AuthKit): readonly PageField[] {
  const { name } = requireKind(kit.options.firstAdministrator?.accounts ?? null, kit)
  const needed = textsOf(name, kit).filter((field) => field.name !== 'email' && isNeeded(field))
  return [...needed.map(profileField), emailAddress, newPassword(kit)]
}

/** What those who are invited fill in of themselves, whichever accounts they are invited to, and a password. */
export function invitationFields(kit: AuthKit): readonly PageField[] {
  const asked = kit.settings.accounts.flatMap(({ name, invitedFields }) =>
    textsOf(name, kit).filter((field) => invitedFields.includes(field.name) && !field.isOptional),
  )
  const once = new Map(asked.map((field) => [field.name, field]))
  return [...[...once.values()].map(profileField), newPassword(kit)]
}

/**
 * The accounts that people make themselves, the usual ones first, and what they have to fill in.
 *
 * @returns undefined  where nobody can, or where it asks for more than texts: that needs a page of the application.
 */
export function registrationFields(
  kit: AuthKit,
): { readonly kind: string; readonly fields: readonly PageField[] } | undefined {
  for (const { name, registerFields = [] } of kit.settings.accounts.filter((each) => each.registerFields)) {
    const { fields } = kit.context.model.collections.get(name)!
    const asked = registerFields.map((field) => fields.get(field)!).filter(isNeeded)
    const texts = asked.filter(({ type }) => type.shape.kind === 'text')
    if (texts.length === asked.length) return { kind: name, fields: texts.map(profileField) }
  }
  return undefined
}

function isNeeded({ isOptional, hasDefault }: FieldModel): boolean {
  return !isOptional && !hasDefault
}

function textsOf(collection: string, { context }: AuthKit): readonly FieldModel[] {
  const { fields } = context.model.collections.get(collection)!
  return [...fields.values()].filter(({ type }) => type.shape.kind === 'text')
}

function profileField({ name }: FieldModel): PageField {
  const autocomplete = name === 'name' ? 'name' : 'off'
  return { name: `profile/${name}`, label: labelOf(name), type: 'text', autocomplete }
}

/** `firstName` is shown as `First name`. */
function labelOf(name: string): string {
  const words = name.replace(/([A-Z])/g, ' $1').toLowerCase()
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}
