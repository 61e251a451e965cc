import { hash } from 'node:crypto'
import type { ImageSize } from './options.ts'

/** Where all that belongs to a file lies in the store. */
export function keysOf(id: string): string {
  return `files-${id}/`
}

export function originalKey(id: string): string {
  return `${keysOf(id)}original`
}

export function sizeKey(id: string, size: ImageSize): string {
  return `${keysOf(id)}${sizeTag(size)}`
}

/** Names a size by what it is, so that one that is declared anew is made anew. */
export function sizeTag(size: ImageSize): string {
  const { width = 0, height = 0, fit = 'inside', format = 'webp', quality = 0 } = size
  return `${width}x${height}-${hash('sha256', `1 ${fit} ${quality}`, 'hex').slice(0, 8)}.${format}`
}
