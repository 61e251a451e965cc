import {
  type Actor,
  defineFeature,
  type Feature,
  type FileStore,
  hook,
  type Job,
  type Jobs,
  job,
  text,
} from '../../plugin.ts'
import { downloadRoute } from './download-route.ts'
import { keysOf } from './file-keys.ts'
import { type FileRecord, type FilesDb, filesCollection } from './files-collection.ts'
import { Images } from './images.ts'
import { checkFilesOptions, type FilesOptions, fileSettings } from './options.ts'
import { tidyFiles } from './tidy-files.ts'
import { uploadRoute } from './upload-route.ts'

/**
 * Files that people upload: `POST /api/files` takes one, `GET /api/files/:id/original` gives it, `GET /api/files/:id/:size` gives a size of an
 * image. Their records are the collection `files`, to which others refer: `image: reference('files')`.
 */
export function files(options: FilesOptions = {}): Feature {
  return defineFeature({
    name: 'files',
    collections: [filesCollection(options.rules ?? {})],
    hooks: [hook('files', 'afterDelete', removeLater)],
    check: (_model, problems) => checkFilesOptions(options, problems),
    start(context) {
      const settings = fileSettings(options)
      const { fileStore: store, model, clock } = context
      const images = new Images(store, settings)
      const db = context.db as FilesDb
      const dbAs = (actor: Actor) => context.dbAs(actor) as unknown as FilesDb
      return {
        routes: [uploadRoute({ db, store, images, settings, dbAs }), downloadRoute({ store, images, settings, dbAs })],
        jobs: [removalJob(store)],
        tidy: () => tidyFiles({ db, model, clock, keepUnusedMs: settings.keepUnusedMs }),
      }
    },
  })
}

const removal = 'files.remove'

/** The bytes go once it is certain that the record is gone: nothing is left that leads to them. */
async function removeLater({ record, jobs }: { readonly record: FileRecord; readonly jobs: Jobs }): Promise<void> {
  await jobs.add(removal, { file: record.id })
}

function removalJob(store: FileStore): Job {
  return job(removal, {
    description: 'Removes the bytes of a file that was deleted.',
    input: { file: text() },
    retry: { attempts: 20 },
    priority: 80,
    async run({ input }) {
      for await (const { key } of store.list(keysOf(input.file))) await store.delete(key)
    },
  })
}
