import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface SimulatedPayment {
  readonly reference: string
  readonly id: string
  readonly amount: number
  readonly currency: string
  readonly state: 'open' | 'requiresAction' | 'authorized' | 'captured' | 'cancelled'
  /** The number of the card that was tried last. */
  readonly card: string
  readonly description: string | null
  readonly returnUrl: string | null
  readonly challenge: string | null
  readonly captured: number
  readonly declineCode: string | null
  readonly declineMessage: string | null
}

export interface SimulatedRefund {
  readonly key: string
  readonly id: string
  readonly reference: string
  readonly amount: number
  readonly state: 'pending' | 'succeeded' | 'failed'
  /** Milliseconds since 1970; null: it is settled. */
  readonly settlesAt: number | null
  readonly settlesAs: 'succeeded' | 'failed' | null
}

/** A call that was done, and what it was answered. */
export interface SimulatedCall {
  readonly key: string
  readonly kind: string
  readonly reference: string
  readonly asked: string
  readonly answer: string
}

export interface SimulatedMessage {
  readonly id: string
  readonly type: string
  readonly reference: string
  readonly body: string
}

/**
 * What the simulated provider knows: in a file or in memory, never in the database of the application, because a real one would not be
 * there either. Several processes can share the file.
 */
export class Ledger {
  readonly #db: DatabaseSync

  /** @param file  undefined: in memory. */
  constructor(file: string | undefined) {
    if (file !== undefined) mkdirSync(dirname(file), { recursive: true })
    this.#db = new DatabaseSync(file ?? ':memory:', { timeout: 5_000 })
    this.#db.exec(tables)
  }

  /** Runs `work` in one transaction, which nothing can come between. */
  transaction<T>(work: () => T): T {
    this.#db.exec('begin immediate')
    try {
      const result = work()
      this.#db.exec('commit')
      return result
    } catch (error) {
      this.#db.exec('rollback')
      throw error
    }
  }

  findPayment(reference: string): SimulatedPayment | undefined {
    return this.#one('select * from payments where reference = ?', reference)
  }

  findChallenge(challenge: string): SimulatedPayment | undefined {
    return this.#one("select * from payments where challenge = ? and state = 'requiresAction'", challenge)
  }

  savePayment(payment: SimulatedPayment): void {
    this.#save('payments', payment)
  }

  refundsOf(reference: string): readonly SimulatedRefund[] {
    return this.#all('select * from refunds where reference = ? order by id', reference)
  }

  saveRefund(refund: SimulatedRefund): void {
    this.#save('refunds', refund)
  }

  findCall(key: string): SimulatedCall | undefined {
    return this.#one('select * from calls where key = ?', key)
  }

  /** In the order they were done. @param reference  undefined: of all payments. */
  callsOf(reference: string | undefined): readonly SimulatedCall[] {
    return this.#all(
      'select key, kind, reference, asked, answer from calls where ?1 is null or reference = ?1 order by rowid',
      reference ?? null,
    )
  }

  saveCall(call: SimulatedCall): void {
    this.#save('calls', call)
  }

  /** Whether this is the first time that the key has bad luck. */
  noteMishap(key: string): boolean {
    return this.#db.prepare('insert or ignore into mishaps (key) values (?)').run(key).changes === 1
  }

  saveMessage(message: SimulatedMessage): void {
    this.#save('messages', message)
  }

  /** In the order they were written. */
  messages(): readonly SimulatedMessage[] {
    return this.#all('select id, type, reference, body from messages order by rowid')
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close()
  }

  #one<T>(sql: string, ...values: (string | null)[]): T | undefined {
    return this.#db.prepare(sql).get(...values) as T | undefined
  }

  #all<T>(sql: string, ...values: (string | null)[]): readonly T[] {
    return this.#db.prepare(sql).all(...values) as unknown as readonly T[]
  }

  #save(table: string, row: object): void {
    const names = Object.keys(row)
    const sql = `insert or replace into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`
    this.#db.prepare(sql).run(...(Object.values(row) as (string | number | null)[]))
  }
}

const tables = `
pragma journal_mode = wal;
create table if not exists payments (
  reference text primary key, id text not null, amount integer not null, currency text not null, state text not null, card text not null,
  description text, returnUrl text, challenge text, captured integer not null, declineCode text, declineMessage text
) strict;
create table if not exists refunds (
  key text primary key, id text not null, reference text not null, amount integer not null, state text not null, settlesAt integer, settlesAs text
) strict;
create table if not exists calls (
  key text primary key, kind text not null, reference text not null, asked text not null, answer text not null
) strict;
create table if not exists mishaps (key text primary key) strict;
create table if not exists messages (id text primary key, type text not null, reference text not null, body text not null) strict;
`
