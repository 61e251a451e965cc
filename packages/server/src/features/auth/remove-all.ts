import type { CollectionApi } from '../../plugin.ts'

const turn = 500

/**
 * Removes every record that satisfies `where`, however many there are.
 *
 * Outside of a transaction each is removed by one of its own, so that none is long.
 * @returns how many there were.
 */
export async function removeAll(
  collection: CollectionApi<any, any>, // any: whichever collection
  where: object,
): Promise<number> {
  for (let removed = 0; ; ) {
    const { data } = await collection.find({ where, limit: turn })
    for (const { id } of data) await collection.delete(id as string)
    removed += data.length
    if (data.length < turn) return removed
  }
}
