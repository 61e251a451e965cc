import { fileStoreErrors } from '../../../ports/file-store-errors.ts'

/** Loads `aws4fetch`, which only applications that keep files in a bucket install. */
export async function loadAws4fetch(): Promise<typeof import('aws4fetch')> {
  try {
    return await import('aws4fetch')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw fileStoreErrors.driver_missing({ cause, details: { driver: 'aws4fetch' } })
  }
}
