import type { Bus } from '../../ports/bus.ts'
import { maxMessageBytes } from '../../ports/bus.ts'
import type { Database } from '../../ports/database.ts'
import type { Log } from '../../ports/log.ts'
import { type ChangedRows, placeOfRow, type Touched } from './touched.ts'

/** Something that answers are made from: a collection, or a row of it. Its moment is another one once it may have changed. */
export class Mark {
  #last = 0
  #doubts = 0
  /** NaN, which equals nothing, while a commit that touches it is under way. */
  moment = 0

  change(): void {
    this.#last += 1
    if (this.#doubts === 0) this.moment = this.#last
  }

  doubt(): void {
    this.#doubts += 1
    this.moment = Number.NaN
  }

  settle(): void {
    this.#doubts -= 1
    this.change()
  }
}

/** Notes how things are when a read begins, and tells later whether any of them may have changed. */
export class Watch {
  readonly #marks: readonly Mark[]
  readonly #moments: readonly number[]

  constructor(marks: readonly Mark[]) {
    this.#marks = marks
    this.#moments = marks.map(({ moment }) => moment)
  }

  get isCurrent(): boolean {
    for (let index = 0; index < this.#marks.length; index += 1) {
      if (this.#marks[index]!.moment !== this.#moments[index]) return false
    }
    return true
  }
}

interface CollectionMarks {
  /** Moves with every change in the collection. */
  readonly any: Mark
  /** Moves with changes of which nobody knows the rows. */
  readonly unknown: Mark
  /** By place: see `placeOfRow`. */
  readonly rows: Mark[]
}

const channel = 'changes'

/**
 * Knows what may have changed since somebody read it.
 *
 * What a transaction touched is in doubt from the end of its work, before the commit, until the commit has ended, well or not:
 * nothing of it is taken from memory meanwhile, and nothing that was read before or meanwhile is kept. Only then the caller hears of
 * the commit. Commits of other processes are told by the database, where it can, and by the bus otherwise.
 */
export class Freshness {
  readonly #everything = new Mark()
  readonly #collections = new Map<string, CollectionMarks>()
  readonly #database: Database
  readonly #bus: Bus | undefined
  readonly #log: Log
  readonly #unsubscribe: () => void
  #seenForeign: number | undefined
  #lookedInRound: number | undefined

  constructor({ database, bus, log }: { database: Database; bus: Bus | undefined; log: Log }) {
    this.#database = database
    this.#log = log
    // Where the database tells of the commits of others, the bus would only tell it again, and later.
    this.#bus = database.foreignCommits === undefined && bus?.isAlone !== true ? bus : undefined
    const onMessage = (message: string) => this.#hear(message)
    this.#unsubscribe =
      this.#bus?.subscribe(channel, { onMessage, onGap: () => this.#everything.change() }) ?? (() => {})
  }

  /** Whether no commit goes unnoticed: otherwise what others change is heard of later, or never. */
  get noticesAll(): boolean {
    return this.#database.foreignCommits !== undefined
  }

  /** What an answer from these collections depends on. */
  marksOfCollections(names: Iterable<string>): readonly Mark[] {
    return [this.#everything, ...[...names].map((name) => this.#marksOf(name).any)]
  }

  /** What an answer depends on that is made from one row alone. */
  marksOfRow(collection: string, id: string): readonly Mark[] {
    const marks = this.#marksOf(collection)
    return [this.#everything, marks.unknown, rowMark(marks, placeOfRow(id))]
  }

  /**
   * Asks the database whether others have committed. To be called before anything is taken from memory, and before it is read.
   *
   * @param round  asks once for all requests that had come before: see `OperationContext.arrivalRound`.
   */
  look(round?: number): void {
    if (this.#database.foreignCommits === undefined || (round !== undefined && round === this.#lookedInRound)) return
    if (round !== undefined) this.#lookedInRound = round
    const now = this.#foreignNow()
    if (now === this.#seenForeign) return
    this.#seenForeign = now
    this.#everything.change()
  }

  /**
   * The work of a transaction has ended, and its commit begins.
   *
   * @returns to be called when the commit has ended, well or not.
   */
  doubt(touched: Touched): () => void {
    const marks = this.#marksOfTouched(touched)
    for (const mark of marks) mark.doubt()
    const { noteCount } = touched
    return () => {
      for (const mark of marks) mark.settle()
      // A statement that nobody waited for was noted late.
      if (touched.noteCount !== noteCount) for (const mark of this.#marksOfTouched(touched)) mark.change()
      this.#tellOthers(touched)
    }
  }

  /** Something was changed in a way that nobody can follow: the collection is not remembered any more. */
  distrust(collection: string): void {
    const { any, unknown } = this.#marksOf(collection)
    any.doubt()
    unknown.doubt()
  }

  close(): void {
    this.#unsubscribe()
  }

  /** A question without an answer is one whose answer is never the same. */
  #foreignNow(): number {
    try {
      return this.#database.foreignCommits!()
    } catch {
      return Number.NaN
    }
  }

  #marksOf(collection: string): CollectionMarks {
    const found = this.#collections.get(collection)
    if (found !== undefined) return found
    const made = { any: new Mark(), unknown: new Mark(), rows: [] }
    this.#collections.set(collection, made)
    return made
  }

  #marksOfTouched(touched: Touched): readonly Mark[] {
    const found: Mark[] = []
    for (const [name, rows] of touched.collections) this.#addMarks(name, rows, found)
    return found
  }

  #addMarks(name: string, rows: ChangedRows, found: Mark[]): void {
    const marks = this.#marksOf(name)
    found.push(marks.any)
    if (rows === 'all') found.push(marks.unknown)
    else for (const place of rows) found.push(rowMark(marks, place))
  }

  #tellOthers(touched: Touched): void {
    if (this.#bus === undefined) return
    try {
      this.#bus.publish(channel, messageFrom(touched))
    } catch (err) {
      this.#log.warn({ err }, 'Other processes could not be told of a change.')
    }
  }

  #hear(message: string): void {
    const changes = changesIn(message)
    if (changes === undefined) this.#everything.change()
    const found: Mark[] = []
    for (const [name, rows] of changes ?? []) this.#addMarks(name, rows, found)
    for (const mark of found) mark.change()
  }
}

function rowMark({ rows }: CollectionMarks, place: number): Mark {
  const found = rows[place]
  if (found !== undefined) return found
  const made = new Mark()
  rows[place] = made
  return made
}

/** Less exact where it would be too long; the empty message means everything. */
function messageFrom({ collections }: Touched): string {
  const exact = JSON.stringify([...collections].map(([name, rows]) => [name, rows === 'all' ? rows : [...rows]]))
  if (exact.length <= maxMessageBytes) return exact
  const coarse = JSON.stringify([...collections.keys()].map((name) => [name, 'all']))
  return coarse.length <= maxMessageBytes ? coarse : ''
}

function changesIn(message: string): readonly (readonly [string, ChangedRows])[] | undefined {
  if (message === '') return undefined
  return (JSON.parse(message) as [string, 'all' | number[]][]).map(([name, rows]) => [
    name,
    rows === 'all' ? rows : new Set(rows),
  ])
}
