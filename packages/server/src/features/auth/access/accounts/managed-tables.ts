import { type AnyCollection, eq, or, role } from '../../../../plugin.ts'
import { type AccessOptions, hasManagers } from '../options.ts'

/** The collections, with what those who manage accounts may see and change. What they may not is told by the hooks. */
export function managedTables(collections: readonly AnyCollection[], options: AccessOptions): readonly AnyCollection[] {
  if (!hasManagers(options)) return collections
  const [first, ...others] = options.managers!
  const isManager = role(first!, ...others)
  const rules: Readonly<Record<string, AnyCollection['rules']>> = {
    'auth-accounts': { read: ({ row, actor }) => or(eq(row.id, actor.id), isManager), update: isManager },
    'auth-events': { read: isManager },
  }
  return collections.map((each) =>
    Object.hasOwn(rules, each.name) ? Object.freeze({ ...each, rules: Object.freeze(rules[each.name]!) }) : each,
  )
}
