import { checkOptions, type Duration, durationMs, likelyDuration, type Problems, type RuleInput } from '../../plugin.ts'
import { type FileType, fileTypes } from './file-types.ts'
import type { FileRow } from './files-collection.ts'

export interface FilesOptions {
  /**
   * What is taken, found by content. Default: images of pixels, and PDF. `image/svg+xml` and `application/octet-stream`, which is anything
   * else, are given out for saving only.
   */
  readonly types?: readonly FileType[]
  /** At most 1 GiB. Default 10 MiB. */
  readonly maxBytes?: number
  /** Of an image, width times height. Default 50 000 000. */
  readonly maxPixels?: number
  /** Sizes that images are given out in, by name: `{ small: { width: 320 } }`. They need the package `sharp`. Default: none. */
  readonly sizes?: Readonly<Record<string, ImageSize>>
  /** Who may do what. Default: whoever signed in may upload, and who uploaded a file may read and delete it. */
  readonly rules?: FileRules
  /** How long a file may be there without anything that refers to it. Default 1d. */
  readonly keepUnused?: Duration
  /** How long a browser may keep a file that everybody may read before it asks again. Default 1d. */
  readonly cacheFor?: Duration
  /**
   * Sends whoever gets a file on to the bucket, with an address that is good for 5 minutes: the bytes do not come through here. Whoever has the
   * address has the file until then. Default false; on a disk it means nothing.
   */
  readonly direct?: boolean
}

export interface FileRules {
  readonly read?: RuleInput<FileRow>
  /** Asked before the file comes: nobody knows yet what it will be. */
  readonly create?: RuleInput<Pick<FileRow, 'name' | 'owner'>>
  readonly delete?: RuleInput<FileRow>
}

/** At least one of width and height. Images are never made larger than they are. */
export interface ImageSize {
  /** 1 to 4 000. */
  readonly width?: number
  /** 1 to 4 000. */
  readonly height?: number
  /** `inside`: all of it, no larger than this. `cover`: fills exactly this, and what is over is cut off. Default inside. */
  readonly fit?: 'inside' | 'cover'
  /** Default webp. */
  readonly format?: 'webp' | 'avif' | 'jpeg'
  /** 1 to 100. Default 80; of avif 55, which looks the same. */
  readonly quality?: number
}

/** Options with all that was left out. */
export interface FileSettings {
  readonly types: readonly FileType[]
  readonly maxBytes: number
  readonly maxPixels: number
  readonly sizes: Readonly<Record<string, ImageSize>>
  readonly keepUnusedMs: number
  readonly cacheSeconds: number
  readonly isDirect: boolean
}

/** The size that every file has. */
export const originalSize = 'original'

const defaultTypes = fileTypes.filter((type) => type !== 'image/svg+xml' && type !== 'application/octet-stream')

export function fileSettings(options: FilesOptions): FileSettings {
  return {
    types: options.types ?? defaultTypes,
    maxBytes: options.maxBytes ?? 10_485_760,
    maxPixels: options.maxPixels ?? 50_000_000,
    sizes: options.sizes ?? {},
    keepUnusedMs: durationMs(options.keepUnused ?? '1d')!,
    cacheSeconds: durationMs(options.cacheFor ?? '1d')! / 1_000,
    isDirect: options.direct ?? false,
  }
}

const known = ['types', 'maxBytes', 'maxPixels', 'sizes', 'rules', 'keepUnused', 'cacheFor', 'direct']

/** Reports what cannot be meant. */
export function checkFilesOptions(options: FilesOptions, problems: Problems): void {
  const { types = defaultTypes, sizes = {}, rules, maxBytes = 1, maxPixels = 1 } = options
  checkOptions(options, known, 'files', problems)
  checkOptions(rules, ['read', 'create', 'delete'], 'files.rules', problems)
  for (const type of types)
    if (!fileTypes.includes(type))
      problems.add('files.types', `There is no ${type} here. There are: ${fileTypes.join(', ')}.`)
  if (!isCount(maxBytes, 1_073_741_824)) problems.add('files.maxBytes', 'It is an integer from 1 to 1 073 741 824.')
  if (!isCount(maxPixels, 1_000_000_000)) problems.add('files.maxPixels', 'It is an integer from 1 to 1 000 000 000.')
  for (const name of ['keepUnused', 'cacheFor'] as const) checkDuration(name, options[name], problems)
  for (const [name, size] of Object.entries(sizes)) checkSize(name, size, problems)
}

function checkDuration(name: string, value: string | undefined, problems: Problems): void {
  if (value === undefined || durationMs(value) !== undefined) return
  const likely = likelyDuration(String(value))
  problems.add(`files.${name}`, `It is a time such as 1d.${likely === undefined ? '' : ` Did you mean ${likely}?`}`)
}

function checkSize(name: string, size: ImageSize, problems: Problems): void {
  const path = `files.sizes.${name}`
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name) || name === originalSize)
    problems.add(path, 'A size is named like small or card-2x, and not original.')
  checkOptions(size, ['width', 'height', 'fit', 'format', 'quality'], path, problems)
  if (size.width === undefined && size.height === undefined) problems.add(path, 'Give it a width or a height.')
  const { width = 1, height = 1, fit = 'inside', format = 'webp', quality = 80 } = size
  if (!isCount(width, 4_000) || !isCount(height, 4_000))
    problems.add(path, 'Width and height are integers from 1 to 4 000.')
  if (!['inside', 'cover'].includes(fit)) problems.add(`${path}.fit`, 'It is inside or cover.')
  if (fit === 'cover' && (size.width === undefined || size.height === undefined))
    problems.add(path, 'What is covered has a width and a height.')
  if (!['webp', 'avif', 'jpeg'].includes(format)) problems.add(`${path}.format`, 'It is webp, avif or jpeg.')
  if (!isCount(quality, 100)) problems.add(`${path}.quality`, 'It is an integer from 1 to 100.')
}

function isCount(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most
}
