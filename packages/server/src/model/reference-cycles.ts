import type { Drafts } from './draft.ts'

/** Circles of references that are all required, each once, as the names of their collections with the first repeated at the end. */
export function requiredReferenceCycles(drafts: Drafts): readonly (readonly string[])[] {
  const done = new Set<string>()
  const cycles: string[][] = []
  const visit = (name: string, trail: readonly string[]): void => {
    const start = trail.indexOf(name)
    if (start >= 0) {
      cycles.push([...trail.slice(start), name])
      return
    }
    if (done.has(name)) return
    for (const target of requiredTargets(name, drafts)) visit(target, [...trail, name])
    done.add(name)
  }
  for (const name of drafts.keys()) visit(name, [])
  return cycles
}

function requiredTargets(name: string, drafts: Drafts): readonly string[] {
  const fields = [...(drafts.get(name)?.fields.values() ?? [])]
  return fields.flatMap((field) =>
    field.relation?.kind === 'reference' && !field.isOptional ? [field.relation.target] : [],
  )
}
