/** What applications import as `galley/files`. */

export type { FileType } from './file-types.ts'
export type { FileRow, FilesDb } from './files-collection.ts'
export { files } from './files-feature.ts'
export type { FileRules, FilesOptions, ImageSize } from './options.ts'
