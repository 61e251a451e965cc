import type { Clock, LooseDb, Model } from '../../plugin.ts'
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
  for (;;) {
    const page = await db.files.find({
      where: { createdAt: { lt: before }, state: { in: ['uploading', 'unused'] } },
      sort: 'createdAt',
      limit: mostAtOnce,
    })
    for (const file of page.data) await settle(file, referrers, db)
    if (page.data.length < mostAtOnce) return
  }
}

async function settle({ id }: FileRecord, referrers: readonly Referrer[], db: FilesDb): Promise<void> {
  if (await isReferredTo(id, referrers, db)) await db.files.update(id, { state: 'used' })
  else await db.files.delete(id)
}

interface Referrer {
  readonly collection: string
  readonly field: string
}

function referrersIn({ collections }: Model): readonly Referrer[] {
  return [...collections.values()].flatMap(({ name, fields }) =>
    [...fields.values()]
      .filter(({ relation }) => relation?.kind === 'reference' && relation.target === 'files')
      .map((field) => ({ collection: name, field: field.name })),
  )
}

async function isReferredTo(id: string, referrers: readonly Referrer[], db: FilesDb): Promise<boolean> {
  for (const { collection, field } of referrers) {
    const one = await (db as unknown as LooseDb)[collection]!.first({ where: { [field]: { eq: id } } })
    if (one !== undefined) return true
  }
  return false
}
