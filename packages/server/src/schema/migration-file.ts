import { legendOf, noteLines, notesOf } from './describe-plan.ts'
import { schemaErrors } from './errors.ts'
import { checksumOf } from './journal.ts'
import type { MigrationPlan } from './plan.ts'

/** A migration as it stands in `migrations/<dialect>/<name>.sql`. */
export interface MigrationFile {
  /** `0002-add-price-to-products` */
  readonly name: string
  readonly number: number
  /** The statements after `-- up`. */
  readonly up: string
  /** The statements after `-- down`; undefined when there is no such line: then there is no way back. */
  readonly down: string | undefined
  /** What it says of itself that it loses. */
  readonly losses: readonly string[]
  /** Whether a person has written `-- allow: data loss`. */
  readonly allowsDataLoss: boolean
  /** The tables it leaves, where it tells. */
  readonly tables: readonly string[] | undefined
  readonly checksum: string
}

/**
 * Writes a plan as the text of a migration file.
 *
 * @throws schema_has_problems  when something stands in the plan's way.
 */
export function writeMigration(plan: MigrationPlan, name: string): string {
  if (plan.problems.length > 0) throw schemaErrors.has_problems({ details: { list: plan.problems.join('\n') } })
  const notes = notesOf(plan)
  return [
    `Galley migration ${name}, for ${plan.dialect}.`,
    '',
    ...noteLines(notes).map(indented),
    ...legendOf(notes).map(indented),
    ...(plan.questions.length === 0 ? [] : ['', 'Answer before this is applied:', ...plan.questions.map(indented)]),
    '',
    ...allowLines(plan),
    `tables: ${plan.tables.toSorted().join(', ')}`,
  ]
    .map(asComment)
    .concat('', '-- up', scriptText(plan.up), '', '-- down', downScript(plan), '')
    .join('\n')
}

/** The statements one after the other, each ended by a semicolon. */
export function scriptText(statements: readonly string[]): string {
  return statements.map((statement) => `${statement};`).join('\n')
}

/** The way back, with what it does not bring back and what it loses itself. */
export function downScript(plan: MigrationPlan): string {
  const remarks = [
    ...plan.losses.map((loss) => `cannot undo  ${loss}`),
    ...plan.downLosses.map((loss) => `loses data  ${loss}`),
  ]
  return [...remarks.map(indented).map(asComment), scriptText(plan.down)].join('\n')
}

/**
 * Reads a migration file.
 *
 * @param name  of the file, without `.sql`. @throws schema_bad_file
 */
export function parseMigration(name: string, text: string): MigrationFile {
  const number = /^(\d{4,})-[a-z0-9]+(-[a-z0-9]+)*$/.exec(name)?.[1]
  if (number === undefined) throw badFile(name, 'a migration is named like 0002-add-price.sql')
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const up = lines.indexOf('-- up')
  const down = lines.lastIndexOf('-- down')
  if (up === -1) throw badFile(name, 'it has no line `-- up` before its statements')
  if (down !== -1 && down < up) throw badFile(name, 'its line `-- down` must come after `-- up`')
  const script = (from: number, to?: number) =>
    lines
      .slice(from + 1, to)
      .join('\n')
      .trim()
  const parts = {
    up: script(up, down === -1 ? undefined : down),
    down: down === -1 ? undefined : script(down),
  }
  const head = lines.slice(0, up)
  return Object.freeze({
    name,
    number: Number(number),
    ...parts,
    losses: lossesIn([...head, ...parts.up.split('\n')]),
    allowsDataLoss: head.some((line) => /^--\s*allow:\s*data loss\s*$/.test(line)),
    tables: tablesIn(head),
    checksum: checksumOf(parts.up, parts.down),
  })
}

/** What a script says of itself that it loses: comments `-- loses data  drops …`. */
export function lossesIn(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => /^--\s*loses data\s+(.+)$/.exec(line)?.[1] ?? [])
}

/** `0003-add-price-to-products`: the number after the last one, and words or what the plan does first. */
export function nextName(plan: MigrationPlan, files: readonly { readonly number: number }[], words?: string): string {
  const number = Math.max(0, ...files.map((file) => file.number)) + 1
  return `${String(number).padStart(4, '0')}-${slugOf(words ?? wordsOf(plan))}`
}

/** A few words for what a plan does first. */
export function wordsOf(plan: MigrationPlan): string {
  const [first, ...rest] = notesOf(plan)
  const [phrase = 'nothing'] = (first?.sentence ?? '').split(/[,:(]/)
  return rest.length === 0 ? phrase : `${phrase} and more`
}

function slugOf(words: string): string {
  const slug = words
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? 'change' : slug
}

function allowLines(plan: MigrationPlan): readonly string[] {
  if (plan.losses.length === 0) return []
  return ['allow: nothing', '(It loses data. If that is meant, write "data loss" in place of "nothing".)']
}

function tablesIn(head: readonly string[]): readonly string[] | undefined {
  const list = head.map((line) => /^--\s*tables:\s*(.+)$/.exec(line)?.[1]).find((found) => found !== undefined)
  return list?.split(',').map((name) => name.trim())
}

function indented(line: string): string {
  return `  ${line}`
}

function asComment(line: string): string {
  return `-- ${line}`.trimEnd()
}

function badFile(name: string, reason: string) {
  return schemaErrors.bad_file({ details: { name: `${name}.sql`, reason } })
}
