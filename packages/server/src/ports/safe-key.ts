import { fileStoreErrors } from './file-store-errors.ts'

/**
 * Sees to it that a key means the same file everywhere, and never one elsewhere: parts of lower-case letters, digits, `-`, `_` and `.`,
 * each beginning with a letter or digit, joined by slashes, 200 characters in all. Without capitals, since some disks do not tell them apart.
 *
 * @throws file_store_unsafe_key
 */
export function requireSafeKey(key: string): void {
  if (key.length > 200 || !/^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/.test(key))
    throw fileStoreErrors.unsafe_key({ details: { key: JSON.stringify(key.slice(0, 200)) } })
}

/** The same of the beginning of keys. */
export function requireSafePrefix(prefix: string): void {
  if (prefix !== '') requireSafeKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix)
}
