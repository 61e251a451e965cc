import type { Transaction } from '../ports/database.ts'

/** Tells who delivers what lies in the outbox that a transaction of this process has added something, once it is committed. */
export class OutboxNews {
  readonly #added = new WeakMap<Transaction, Set<string>>()
  #listener: ((names: ReadonlySet<string>) => void) | undefined

  /** An entry of this name was added, in a transaction that is not committed yet. */
  note(tx: Transaction, name: string): void {
    const names = this.#added.get(tx)
    if (names === undefined) this.#added.set(tx, new Set([name]))
    else names.add(name)
  }

  committed(tx: Transaction): void {
    const names = this.#added.get(tx)
    if (names !== undefined) this.#listener?.(names)
  }

  /** @param listener  must not throw; takes the place of the one before. */
  listen(listener: ((names: ReadonlySet<string>) => void) | undefined): void {
    this.#listener = listener
  }
}
