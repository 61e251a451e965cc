import type { FieldModel } from '../../../plugin.ts'
import { type AuthKit, requireKind } from '../kit.ts'
import { newPassword, type PageField } from './auth-page.ts'

/** The address, what else the record has to have, and a password. */
export function firstAdministratorFields(kit: AuthKit): readonly PageField[] {
  const { name } = requireKind(kit.options.firstAdministrator?.accounts ?? null, kit)
  const needed = textsOf(name, kit).filter((field) => field.name !== 'email' && !field.isOptional && !field.hasDefault)
  return [
    ...needed.map(profileField),
    { name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username' },
    newPassword(kit),
  ]
}

/** What those who are invited fill in of themselves, whichever accounts they are invited to, and a password. */
export function invitationFields(kit: AuthKit): readonly PageField[] {
  const asked = kit.settings.accounts.flatMap(({ name, invitedFields }) =>
    textsOf(name, kit).filter((field) => invitedFields.includes(field.name) && !field.isOptional),
  )
  const once = new Map(asked.map((field) => [field.name, field]))
  return [...[...once.values()].map(profileField), newPassword(kit)]
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
