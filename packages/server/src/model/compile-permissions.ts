import type { Model } from './model.ts'
import type { Problems } from './problems.ts'

/** Words separated by points or dashes: `products.publish`. */
const namePattern = /^[a-z][a-zA-Z0-9]*([.-][a-zA-Z0-9]+)*$/
const maxNameLength = 100

/** Permissions by name, each with what it allows. */
export function compilePermissions(
  declared: Readonly<Record<string, string>>,
  problems: Problems,
): Model['permissions'] {
  for (const [name, description] of Object.entries(declared)) {
    const path = `permissions.${name}`
    if (!namePattern.test(name) || name.length > maxNameLength)
      problems.add(path, 'A permission is named by words and points, such as products.publish.')
    if (typeof description !== 'string' || description.trim() === '')
      problems.add(path, "Say what it allows: 'May put products on sale'.")
  }
  return new Map(Object.entries(declared))
}
