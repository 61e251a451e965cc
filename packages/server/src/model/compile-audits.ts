import { hintFor } from '../base/nearest-name.ts'
import type { Audit } from './audit.ts'
import type { Problems } from './problems.ts'

/** All audits by their names. @param collections  the names of those there are. */
export function compileAudits(
  audits: readonly Audit[],
  collections: readonly string[],
  problems: Problems,
): ReadonlyMap<string, Audit> {
  const found = new Map<string, Audit>()
  for (const audit of audits) {
    const path = `audits.${audit.name}`
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(audit.name))
      problems.add(path, 'An audit is named by lower-case letters, digits and - between them: store, gift-cards.')
    if (found.has(audit.name)) problems.add(path, 'There are two audits of this name. Rename one.')
    if (audit.laws.length === 0) problems.add(path, 'It has no laws, so it would find nothing, ever.')
    for (const { collection, sentence } of audit.laws)
      if (!collections.includes(collection))
        problems.add(`${path}.${sentence}`, `There is no collection ${collection}.${hintFor(collection, collections)}`)
    found.set(audit.name, audit)
  }
  return found
}
