import type { CollectionApi } from '../../plugin.ts'

const turn = 500

/** Removes every record that satisfies `where`, each by a transaction of its own, so that none is long. */
export async function removeAll(
  collection: CollectionApi<any, any>, // any: whichever collection
  where: object,
): Promise<void> {
  for (;;) {
    const { data } = await collection.find({ where, sort: 'id', limit: turn })
    for (const { id } of data) await unlessGone(() => collection.delete(id as string))
    if (data.length < turn) return
  }
}

/** Does what is of no use when the record is gone: others remove records too. */
export async function unlessGone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if ((error as { code?: string }).code !== 'operation_not_found') throw error
  }
}
