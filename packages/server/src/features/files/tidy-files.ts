import { type Clock, GalleyError, type LooseDb, type Model } from '../../plugin.ts'
import type { FileRecord, FilesDb } from './files-collection.ts'

const mostAtOnce = 200

export interface Tidying {
  readonly db: FilesDb
  readonly model: Model
  readonly clock: Clock
  readonly keepUnusedMs: number
}

/** Removes files that are old enough and that nothing refers to, and those that have not come whole. What is referred to is not looked at again. */
export async function tidyFiles({ db, model, clock, keepUnusedMs }: Tidying): Promise<void> {
  const referrers = referrersIn(model)
  const before = new Date(clock.nowMs() - keepUnusedMs).toISOString()
  let after: string | undefined
  do {
    const { data, page } = await db.files.find({
      where: { createdAt: { lt: before }, state: { in: ['uploading', 'unused'] } },
      sort: 'createdAt',
      limit: mostAtOnce,
      ...(after !== undefined && { after }),
    })
    for (const file of data) await settle(file, referrers, db)
    after = page.next ?? undefined
  } while (after !== undefined)
}

/** Another process may do the same, and somebody may refer to a file at this moment. */
async function settle({ id }: FileRecord, referrers: readonly Referrer[], db: FilesDb): Promise<void> {
  try {
    if (await isReferredTo(id, referrers, db)) await db.files.update(id, { state: 'used' })
    else await db.files.delete(id)
  } catch (error) {
    if (!(error instanceof GalleyError) || !['not_found', 'conflict'].includes(error.category)) throw error
  }
}

interface Referrer {
  readonly collection: string
  /** What a record satisfies that refers to the file. */
  whereOf(id: string): object
}

function referrersIn({ collections }: Model): readonly Referrer[] {
  return [...collections.values()].flatMap(({ name: collection, fields }) =>
    [...fields.values()].flatMap(({ name, relation }) => {
      if (relation?.target !== 'files') return []
      if (relation.kind === 'reference') return { collection, whereOf: (id: string) => ({ [name]: { eq: id } }) }
      if (relation.kind !== 'manyToMany') return []
      return { collection, whereOf: (id: string) => ({ [name]: { some: { id: { eq: id } } } }) }
    }),
  )
}

async function isReferredTo(id: string, referrers: readonly Referrer[], db: FilesDb): Promise<boolean> {
  for (const { collection, whereOf } of referrers) {
    const one = await (db as unknown as LooseDb)[collection]!.first({ where: whereOf(id) })
    if (one !== undefined) return true
  }
  return false
}
