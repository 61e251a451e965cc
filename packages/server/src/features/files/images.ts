import type { Readable } from 'node:stream'
import type { FileStore } from '../../plugin.ts'
import { fileErrors } from './errors.ts'
import { originalKey, sizeKey } from './file-keys.ts'
import type { FileType } from './file-types.ts'
import { ImageWork } from './image-work.ts'
import { hasSharp, loadSharp } from './load-sharp.ts'
import type { FileSettings, ImageSize } from './options.ts'

const mostSeconds = 20

export interface Dimensions {
  readonly width: number
  readonly height: number
}

/** Reads images and makes sizes of them, each once. */
export class Images {
  readonly #store: FileStore
  readonly #maxPixels: number
  readonly #isAble = hasSharp()
  readonly #work = new ImageWork()
  readonly #making = new Map<string, Promise<void>>()

  /** @throws files_sharp_missing  when sizes are declared that cannot be made. */
  constructor(store: FileStore, { maxPixels, sizes }: FileSettings) {
    if (!this.#isAble && Object.keys(sizes).length > 0) throw fileErrors.sharp_missing()
    this.#store = store
    this.#maxPixels = maxPixels
  }

  /**
   * Looks whether an image that lies in the store can be shown; undefined where nobody can tell.
   *
   * @throws files_damaged, files_too_many_pixels, files_busy
   */
  async examine(id: string, type: FileType): Promise<Dimensions | undefined> {
    return this.#isAble ? this.#work.run(() => this.#examine(id, type)) : undefined
  }

  /** The key of a size, made now unless it was made before. @throws files_damaged, files_busy */
  async sized(id: string, size: ImageSize): Promise<{ readonly key: string; readonly bytes: number }> {
    const key = sizeKey(id, size)
    let facts = await this.#store.stat(key)
    if (facts === undefined) {
      await this.#makeOnce(id, key, size)
      facts = await this.#store.stat(key)
    }
    if (facts === undefined) throw fileErrors.gone()
    return facts
  }

  async #examine(id: string, type: FileType): Promise<Dimensions> {
    const content = await this.#contentOf(id)
    const sharp = await loadSharp()
    const { width, height, autoOrient, mediaType } = await readable(() =>
      sharp(content, { limitInputPixels: false }).metadata(),
    )
    if (mediaType !== type) throw fileErrors.damaged() // libvips takes it for something else
    const pixels = width * height
    if (pixels > this.#maxPixels) throw fileErrors.too_many_pixels({ details: { pixels, maxPixels: this.#maxPixels } })
    // Its beginning may be that of an image, and the rest nothing: all of it is read once.
    await readable(() => this.#opened(sharp, content).resize(16).raw().toBuffer())
    return { width: autoOrient.width, height: autoOrient.height }
  }

  /** Who asks for a size while it is made waits for the same. */
  async #makeOnce(id: string, key: string, size: ImageSize): Promise<void> {
    let making = this.#making.get(key)
    if (making === undefined) {
      making = this.#work.run(() => this.#make(id, key, size)).finally(() => this.#making.delete(key))
      this.#making.set(key, making)
    }
    await making
  }

  async #make(
    id: string,
    key: string,
    { width, height, fit = 'inside', format = 'webp', quality }: ImageSize,
  ): Promise<void> {
    const content = await this.#contentOf(id)
    const sharp = await loadSharp()
    const made = await readable(() =>
      this.#opened(sharp, content)
        .autoOrient()
        .resize({ ...(width && { width }), ...(height && { height }), fit, withoutEnlargement: true })
        .toFormat(format, { quality: quality ?? (format === 'avif' ? 55 : 80) })
        .toBuffer(),
    )
    await this.#store.put(key, made)
    const isGone = (await this.#store.stat(originalKey(id))) === undefined
    if (isGone) await this.#store.delete(key) // what removed it may have looked before
  }

  /** Colours become those of the web, and what a camera wrote beside the picture is left out: sharp does so unless it is told to keep it. */
  #opened(sharp: Awaited<ReturnType<typeof loadSharp>>, content: Buffer) {
    const limits = { limitInputPixels: this.#maxPixels, failOn: 'error', sequentialRead: true } as const
    return sharp(content, limits).timeout({ seconds: mostSeconds })
  }

  async #contentOf(id: string): Promise<Buffer> {
    const stream: Readable = await this.#store.get(originalKey(id))
    return Buffer.concat(await stream.toArray())
  }
}

async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw fileErrors.damaged({ cause })
  }
}
