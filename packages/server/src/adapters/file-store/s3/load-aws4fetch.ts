import { loadOptional } from '../../../base/optional-package.ts'
import { fileStoreErrors } from '../../../ports/file-store-errors.ts'

/** Loads `aws4fetch`, which only applications that keep files in a bucket install. */
export function loadAws4fetch(): Promise<typeof import('aws4fetch')> {
  return loadOptional(
    () => import('aws4fetch'),
    (cause) => fileStoreErrors.driver_missing({ cause, details: { driver: 'aws4fetch' } }),
  )
}
