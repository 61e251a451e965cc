import type { ChangeClass, Note } from './classify.ts'
import type { MigrationPlan } from './plan.ts'

/** The plan for people: what it does and means, what stands in its way, what it asks. Ends without a line break. */
export function describePlan(plan: MigrationPlan): string {
  if (plan.isEmpty && plan.problems.length + plan.questions.length === 0) return 'Nothing to change.'
  const notes = notesOf(plan)
  return [
    ...section('Changes', noteLines(notes)),
    ...section('In the way', plan.problems),
    ...section('Questions', plan.questions),
    ...legendOf(notes),
  ].join('\n')
}

/** What each change does, one line each: the class, then the sentence. */
export function describeChanges(plan: MigrationPlan): readonly string[] {
  return noteLines(notesOf(plan))
}

export function notesOf(plan: MigrationPlan): readonly Note[] {
  return plan.changes.flatMap(({ notes, change }): readonly Note[] =>
    notes.length > 0 ? notes : [{ class: 'safe', sentence: `adjusts table ${change.table.name}` }],
  )
}

export function noteLines(notes: readonly Note[]): readonly string[] {
  const width = Math.max(0, ...notes.map((note) => note.class.length))
  return notes.map((note) => `${note.class.padEnd(width)}  ${note.sentence}`)
}

/** Says what the classes mean, of those that occur. */
export function legendOf(notes: readonly Note[]): readonly string[] {
  const classes = new Set(notes.map((note) => note.class))
  return [...classes].flatMap((one) => legend[one] ?? [])
}

const legend: Readonly<Record<ChangeClass, string | undefined>> = {
  safe: undefined,
  locks: '(locks: others who use the table wait while its rows are read.)',
  'rewrites the table': '(rewrites the table: others wait while every row is copied; it needs as much room again.)',
  'loses data': '(loses data: going back does not bring it back.)',
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)]
}
