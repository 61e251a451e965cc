export { createDiskFileStore, type DiskOptions } from './disk-file-store.ts'
