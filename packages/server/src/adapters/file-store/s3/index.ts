export { createS3FileStore } from './s3-file-store.ts'
export { type S3Options, s3OptionsFromUrl } from './s3-options.ts'
