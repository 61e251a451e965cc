import type { CollectionModel } from '../../model/model.ts'

/** Why no index of a database answers what the query asks, and what to ask instead; undefined when one could. */
export function whyNoIndex(query: string, statement: string, collection: CollectionModel): string | undefined {
  const field = /filter\[(\w+)\]\[(?:contains|icontains|endsWith)\]/.exec(query)?.[1]
  if (field !== undefined || insideText.test(query)) return insteadOfParts(field, collection)
  const known = unindexed.find(({ sign }) => sign.test(query))
  if (known !== undefined) return known.reason
  return /instr\(|strpos\(/.test(statement) ? insteadOfParts(undefined, collection) : undefined
}

const insideText = /\[(contains|icontains|endsWith)\]/

function insteadOfParts(field: string | undefined, { searchFields }: CollectionModel): string {
  const reason = 'A text in the middle or at the end of another is in no index.'
  if (field === undefined) return `${reason} For words: search.`
  if (searchFields.some(({ name }) => name === field))
    return `${reason} ${field} is searchable: ask search=… for words.`
  return `${reason} For words: declare ${field} with search: true, and ask search=….`
}

const unindexed = [
  { sign: /\[(ne|nin)\]|\[none\]|filter\[not\]/, reason: 'What is not so is found by looking at everything.' },
  { sign: /sort=(?:[^&]*,)?-?\w+\./, reason: 'An index cannot be in the order of what is behind a reference.' },
  {
    sign: /(^|[?&])search=/,
    reason: 'A search is ordered by how well its results match, so all of them are looked at.',
  },
] as const
