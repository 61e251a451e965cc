import { collection, GalleyError, increment, integer, role, text } from 'galley'
import type { StoreEffects } from '../effects.ts'

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
  const known = await db['number-sequences'].first({ where: { series } })
  const id = known?.id ?? (await begin(series, db))
  const { last } = await db['number-sequences'].update(id, { last: increment(1) })
  return last
}

async function begin(series: string, db: StoreEffects['db']): Promise<string> {
  try {
    return (await db['number-sequences'].create({ series })).id
  } catch (error) {
    if (!(error instanceof GalleyError) || error.code !== 'operation_conflict') throw error
    const { data } = await db['number-sequences'].find({ where: { series } }) // somebody else was first
    return data[0]!.id
  }
}
