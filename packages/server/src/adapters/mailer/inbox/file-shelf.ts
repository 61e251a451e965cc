import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeptMail } from '../../../ports/mailer.ts'
import { mostKept, type Shelf } from './shelf.ts'

/** A folder with a file for each mail. Mails hold links that let people in, so nobody else may read them. */
export class FileShelf implements Shelf {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Whoever looks sees the whole file or none. */
  async put(mail: KeptMail): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const draft = join(this.#folder, `${mail.id}.draft`)
    try {
      await writeWhole(draft, `${JSON.stringify(mail, null, 2)}\n`)
      await rename(draft, this.#pathOf(mail.id))
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
    const old = (await this.#ids()).slice(mostKept)
    await Promise.all(old.map((id) => rm(this.#pathOf(id), { force: true })))
  }

  async latest(limit: number): Promise<readonly KeptMail[]> {
    const ids = (await this.#ids()).slice(0, limit)
    const mails = await Promise.all(ids.map((id) => this.find(id)))
    return mails.filter((mail) => mail !== undefined)
  }

  async find(id: string): Promise<KeptMail | undefined> {
    if (!/^[\da-f-]{1,64}$/.test(id)) return undefined
    try {
      return JSON.parse(await readFile(this.#pathOf(id), 'utf8')) as KeptMail
    } catch {
      return undefined // removed by somebody, or not a mail
    }
  }

  /** The newest first. */
  async #ids(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => [])
    return names
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .sort()
      .reverse()
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${id}.json`)
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
