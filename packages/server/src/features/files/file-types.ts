/** What a file can be, as far as its content tells. */
export const fileTypes = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/avif',
  'image/gif',
  'image/svg+xml',
  'application/pdf',
  'application/octet-stream',
] as const
export type FileType = (typeof fileTypes)[number]

/** Images of pixels: they are shown, and sizes of them are made. */
export function isPixels(type: string): boolean {
  return type.startsWith('image/') && type !== 'image/svg+xml'
}

/** So many bytes at the beginning of a file tell what it is. */
export const tellingBytes = 1_024

/**
 * Says what a file is by its first bytes, whatever its name and whoever sent it say. What nothing is known of, such as HTML, is
 * `application/octet-stream`.
 */
export function typeFromContent(head: Uint8Array): FileType {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, tellingBytes)).toString('latin1')
  return kinds.find(([, isIt]) => isIt(text))?.[0] ?? 'application/octet-stream'
}

const kinds: readonly (readonly [FileType, (text: string) => boolean])[] = [
  ['image/jpeg', (text) => text.startsWith('\xff\xd8\xff')],
  ['image/png', (text) => text.startsWith('\x89PNG\r\n\x1a\n')],
  ['image/gif', (text) => /^GIF8[79]a/.test(text)],
  ['image/webp', (text) => /^RIFF[\s\S]{4}WEBPVP8/.test(text)],
  ['image/avif', (text) => /^\0\0\0.ftyp(avi[fs]|mif1[\s\S]{4}(?:[\s\S]{4}){0,6}avif)/s.test(text)],
  ['application/pdf', (text) => text.startsWith('%PDF-')],
  // A byte order mark, declarations and comments may stand before the element.
  [
    'image/svg+xml',
    (text) =>
      /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[\s\S]{0,500}?-->\s*)?(?:<!DOCTYPE svg[^>]{0,300}>\s*)?<svg[\s>]/i.test(
        text,
      ),
  ],
]
