import type { RoleDeclaration } from './app.ts'
import type { Model } from './model.ts'
import type { Problems } from './problems.ts'

/** Each role with everything it includes, itself first. */
export function compileRoles(declared: Readonly<Record<string, RoleDeclaration>>, problems: Problems): Model['roles'] {
  const roles = new Map<string, readonly string[]>()
  for (const name of Object.keys(declared)) roles.set(name, Object.freeze(closure(name, declared, problems)))
  return roles
}

function closure(start: string, declared: Readonly<Record<string, RoleDeclaration>>, problems: Problems): string[] {
  const found = new Set<string>([start])
  for (const name of found) {
    for (const included of declared[name]?.includes ?? []) {
      if (!Object.hasOwn(declared, included)) {
        if (name === start)
          problems.add(`roles.${name}.includes`, `There is no role ${included}. Declare it, or correct the name.`)
      } else if (included === start)
        problems.add(`roles.${start}.includes`, `It includes itself through ${name}. Roles must not form a circle.`)
      else found.add(included)
    }
  }
  return [...found]
}

/** The roles an actor has who was given `names`; unknown ones are left out. */
export function expandRoles(roles: Model['roles'], names: readonly string[]): readonly string[] {
  return Object.freeze([...new Set(names.flatMap((name) => roles.get(name) ?? []))])
}
