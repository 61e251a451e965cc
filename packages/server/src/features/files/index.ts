/** What applications import as `galley/files`. */

export type { FileType } from './file-types.ts'
export { type FileRecord, type FileRow, type FilesDb, filesOf } from './files-collection.ts'
export { files } from './files-feature.ts'
export type { FileRules, FilesOptions, ImageSize } from './options.ts'
