import { type AuthKit, requireKind } from '../kit.ts'
import { newPassword, type PageField } from './auth-page.ts'

/** The address, what else the record has to have, and a password. */
export function firstAdministratorFields(kit: AuthKit): readonly PageField[] {
  const { name } = requireKind(kit.options.firstAdministrator?.accounts ?? null, kit)
  const fields = [...kit.context.model.collections.get(name)!.fields.values()]
  const needed = fields.filter(
    (field) => field.name !== 'email' && field.type.shape.kind === 'text' && !field.isOptional && !field.hasDefault,
  )
  return [
    ...needed.map(
      ({ name }): PageField => ({
        name: `profile/${name}`,
        label: labelOf(name),
        type: 'text',
        autocomplete: name === 'name' ? 'name' : 'off',
      }),
    ),
    { name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username' },
    newPassword(kit),
  ]
}

/** `firstName` is shown as `First name`. */
function labelOf(name: string): string {
  const words = name.replace(/([A-Z])/g, ' $1').toLowerCase()
  return words[0]!.toUpperCase() + words.slice(1)
}
