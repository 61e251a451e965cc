import { closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { GalleyError } from '../../../base/error.ts'
import { databaseErrors } from '../../../ports/errors.ts'
import { retryWhileBusy } from './busy.ts'
import { Connection } from './connection.ts'
import { portErrorFrom } from './errors.ts'
import { makePrivateFile } from './private-file.ts'
import type { SqliteOptions } from './sqlite-database.ts'

export interface OpenFile {
  /** Where it is; undefined when no other process can open it. */
  readonly file: string | undefined
  readonly reader: Connection
  /** Undefined when the file was opened for reading only. */
  readonly writer: Connection | undefined
  /** Tells whether the name still leads to the file that is open; always true of a private one. */
  isInPlace(): boolean
  close(): void
}

/** Opens the two connections of a database after making sure that the file is ours. */
export async function openFile(options: SqliteOptions): Promise<OpenFile> {
  return options.file === ':memory:' ? openPrivateFile() : openNamedFile(options)
}

/** Opens one more connection to a file of ours, for statements that may take long: what they sort rests on the disk. */
export function openForScans(file: string): Connection {
  const connection = new Connection(new DatabaseSync(file, { readOnly: true, timeout: scanLockWaitMs }), file)
  connection.script('pragma cache_size = -16000; pragma trusted_schema = off; pragma query_only = on')
  return connection
}

async function openPrivateFile(): Promise<OpenFile> {
  const place = makePrivateFile()
  const open = await openNamedFile({ file: place.file, synchronous: 'off' })
  open.writer?.script('begin immediate; rollback') // opens the log, which the name is needed for
  place.forget()
  const close = () => {
    open.close()
    place.forget()
  }
  return { ...open, file: undefined, isInPlace: () => true, close }
}

async function openNamedFile(options: SqliteOptions): Promise<OpenFile> {
  const file = resolve(options.file)
  const opened: DatabaseSync[] = []
  try {
    refuseImpossibleFile(file, options.readOnly === true)
    const writer = options.readOnly ? undefined : await openWriter(file, options.synchronous ?? 'full', opened)
    const reader = await openReader(file, opened)
    const inode = inodeOf(file)
    return { file, reader, writer, isInPlace: () => inodeOf(file) === inode, close: () => closeAll(opened) }
  } catch (error) {
    closeAll(opened)
    throw openErrorFrom(error, file)
  }
}

// Reading the file here, beside SQLite, would drop the locks this process has on it (SQLite, "How to corrupt", 2.2).
function refuseImpossibleFile(file: string, isReadOnly: boolean): void {
  const size = sizeOf(file)
  if (isFolder(file)) throw unopenable(file, 'it is a folder')
  if (isReadOnly && size === 0) throw unopenable(file, 'there is nothing to read')
  // SQLite deletes a log whose database is gone, and with it the only copy of the last commits.
  if (size === 0 && sizeOf(`${file}-wal`) > 0) throw databaseErrors.damaged({ details: { file } })
}

async function openWriter(file: string, synchronous: 'full' | 'off', opened: DatabaseSync[]): Promise<Connection> {
  mkdirSync(dirname(file), { recursive: true })
  makeForOwnerOnly(file)
  const connection = connect(file, false, opened)
  await retryWhileBusy(() => claim(connection, file), openDeadlineMs)
  connection.script(
    `pragma synchronous = ${synchronous}; pragma foreign_keys = on; pragma journal_size_limit = 67108864;
     pragma wal_autocheckpoint = ${synchronous === 'off' ? 1000 : pagesOfLongestLog}`,
  )
  return connection
}

/** SQLite would let everyone on the machine read a file it makes. Its log and index take the mode of the file. */
function makeForOwnerOnly(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

async function openReader(file: string, opened: DatabaseSync[]): Promise<Connection> {
  const connection = connect(file, true, opened)
  await retryWhileBusy(() => requireOwn(connection, file), openDeadlineMs)
  return connection
}

const pagesOfLongestLog = 16_000 // 64 MiB; before that, they are moved beside the event loop, see checkpoints.ts
const openDeadlineMs = 10_000
const applicationId = 0x476c6c79 // "Glly"; in the header of the file, where file(1) and other programs find it
const scanLockWaitMs = 5_000
const lockWaitMs = 5 // spent inside SQLite with the event loop stopped; longer waits are ours, see busy.ts

function connect(file: string, isReadOnly: boolean, opened: DatabaseSync[]): Connection {
  const database = new DatabaseSync(file, { readOnly: isReadOnly, timeout: lockWaitMs })
  opened.push(database)
  const connection = new Connection(database, file)
  connection.script('pragma temp_store = memory; pragma cache_size = -16000; pragma trusted_schema = off')
  return connection
}

/** Makes a new file ours, or makes sure that it is; both before anything else is written to it. */
function claim(connection: Connection, file: string): void {
  if (!isNew(connection)) requireOwn(connection, file)
  connection.script(`pragma application_id = ${applicationId}`)
  const mode = readValue(connection, 'pragma journal_mode = wal')
  if (mode !== 'wal') throw unopenable(file, 'its file system does not allow a write-ahead log')
}

function requireOwn(connection: Connection, file: string): void {
  if (readValue(connection, 'pragma application_id') !== applicationId)
    throw databaseErrors.foreign({ details: { file } })
  readValue(connection, 'select count(*) from sqlite_schema') // reads the schema, so that a damaged one shows here
}

function isNew(connection: Connection): boolean {
  const tables = readValue(connection, 'select count(*) from sqlite_schema')
  return tables === 0 && readValue(connection, 'pragma application_id') === 0
}

function readValue(connection: Connection, text: string): unknown {
  return connection.query({ text, parameters: [] })[0]?.[0]
}

function closeAll(opened: readonly DatabaseSync[]): void {
  // The last connection to close moves the log into the file, which a reader cannot.
  for (const database of opened.toReversed()) if (database.isOpen) database.close()
}

function openErrorFrom(error: unknown, file: string): unknown {
  const known = portErrorFrom(error, file)
  if (!(known instanceof GalleyError)) return isSystemError(known) ? unopenable(file, known.message, known) : known
  if (known.code === databaseErrors.damaged.code)
    return databaseErrors.damaged({ cause: known.cause, details: { file } })
  if (known.code !== databaseErrors.unavailable.code) return known
  return unopenable(file, known.cause instanceof Error ? known.cause.message : 'of an unknown reason', known.cause)
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error
}

function unopenable(file: string, reason: string, cause?: unknown): GalleyError {
  return databaseErrors.unopenable({ cause, details: { file, reason } })
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function sizeOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false })
  return found?.isFile() ? found.size : 0
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino
}
