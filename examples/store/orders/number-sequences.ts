import { collection, increment, integer, role, text } from 'galley'
import type { StoreEffects } from '../effects.ts'
import { makeOnce } from '../make-once.ts'

export const numberSequences = collection('number-sequences', {
  description: 'The last number of each kind of document. There are no gaps: the law asks for that.',
  fields: { series: text({ max: 40, unique: true }), last: integer({ min: 0, default: 0 }) },
  rules: { read: role('staff') },
})

/**
 * Gives the next number of a series, from 1.
 *
 * Others who ask wait for the end of this transaction: only then is it known whether the number was used, and so none is left out.
 */
export async function nextNumber(series: string, { db }: Pick<StoreEffects, 'db'>): Promise<number> {
  const sequences = db['number-sequences']
  const { id } = await makeOnce(
    () => sequences.first({ where: { series } }),
    () => sequences.create({ series }),
  )
  const { last } = await sequences.update(id, { last: increment(1) })
  return last
}
