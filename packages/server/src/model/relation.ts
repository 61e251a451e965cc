import type { RelationKind } from './field.ts'

interface OfKind {
  readonly kind: RelationKind
}

/** Whether a relation leads to any number of records, not just to one. */
export function isToMany(relation: OfKind | undefined): boolean {
  return relation?.kind === 'many' || relation?.kind === 'manyToMany'
}

/** Whether a relation is the far side of a reference: it is written over there, and nothing of it rests here. */
export function isFarSide<R extends OfKind>(
  relation: R | undefined,
): relation is Extract<R, { readonly kind: 'many' | 'one' }> {
  return relation?.kind === 'many' || relation?.kind === 'one'
}
