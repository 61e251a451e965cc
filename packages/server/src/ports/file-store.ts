import type { Readable } from 'node:stream'

/**
 * Keeps files: bytes by key.
 *
 * Guarantees, each proven by the contract suite (`testing/file-store.contract.ts`):
 * - when `put` resolves, the file is there whole, and survives a crash as far as the store promises that at all;
 * - until then nobody sees any of it: a source that fails leaves what was under the key before, or nothing;
 * - whoever reads while the key is written anew reads one of the two, never parts of both;
 * - what is read are the bytes that were put, in all ranges;
 * - a key that could mean anything but itself (`..`, a slash at its ends) is refused before anything is touched;
 * - nothing is read ahead of whoever takes it: a file may be larger than the memory;
 * - reading, deleting and listing know at once what was put or deleted before.
 */
export interface FileStore {
  /**
   * Stores what comes, in place of what was there.
   *
   * @param key  see `requireSafeKey`.
   * @returns what has come.
   * @throws the error of the source, file_store_unsafe_key, file_store_unavailable, file_store_refused
   */
  put(key: string, source: FileSource): Promise<StoredFile>
  /**
   * Opens a file. The stream has to be read or destroyed.
   *
   * @param range  default: all of it. An end beyond the file is the end of the file.
   * @throws file_store_not_found, file_store_range when the first byte lies beyond the end, and what `put` throws
   */
  get(key: string, range?: FileRange): Promise<Readable>
  /** Undefined: there is none. */
  stat(key: string): Promise<FileFacts | undefined>
  /** There is nothing to complain about when there is none. */
  delete(key: string): Promise<void>
  /** What begins with the prefix, in any order; '' is all. Fast when the prefix has a whole first part (`a/`). */
  list(prefix: string): AsyncIterable<FileFacts>
  /**
   * An address from where anybody who has it can get the file, without us, until it expires. Undefined: this store has none.
   *
   * @param options.type, options.disposition  what the answer says of itself.
   */
  readonly signedUrl?: ((key: string, options: SignedUrlOptions) => Promise<string>) | undefined
  /** Safe to call twice. */
  close(): Promise<void>
}

/** Bytes that come. What has to be given up is destroyed. */
export type FileSource = AsyncIterable<Uint8Array> | Uint8Array

/** Both ends belong to it; the first byte is 0. */
export interface FileRange {
  readonly first: number
  readonly last?: number
}

export interface StoredFile {
  readonly bytes: number
  /** In hex. */
  readonly sha256: string
}

export interface FileFacts {
  readonly key: string
  readonly bytes: number
}

export interface SignedUrlOptions {
  /** 1 to 604 800, a week. */
  readonly expiresSeconds: number
  readonly type?: string
  readonly disposition?: string
}
