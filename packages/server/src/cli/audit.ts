import type { OpenApp } from '../app/open-app.ts'
import { nearestName } from '../base/nearest-name.ts'
import type { Audit } from '../model/audit.ts'
import { type FoundViolation, runAudit } from '../operations/run-audit.ts'
import { count } from '../schema/count.ts'
import { defineCommand, didYouMean, usageError } from './command.ts'
import { showCount } from './progress.ts'
import { appOption } from './project.ts'
import { withApp } from './with-app.ts'

export const auditCommand = defineCommand('audit', {
  summary: 'Tell which records break the laws that the application declares.',
  optionalArguments: ['name'],
  options: {
    json: { type: 'boolean', description: 'Print one JSON object for each violation.' },
    app: appOption,
  },
  notes: [
    'Without a name, all audits of the application are run. Nothing is changed or locked: it may run while people work.',
    'Exit code 1 when a law is broken.',
  ].join('\n'),
  async run({ json = false, app }, name) {
    await withApp(app, async (open) => {
      const audits = wantedAudits(name, open)
      let broken = 0
      for (const audit of audits) broken += await tell(audit, open, json)
      if (broken > 0) process.exitCode = 1
    })
  },
})

function wantedAudits(name: string | undefined, { model }: OpenApp): readonly Audit[] {
  const names = [...model.audits.keys()]
  if (names.length === 0)
    throw usageError('audit', 'The application declares no audit. List one in defineApp({ audits: [audit(…)] }).')
  if (name === undefined) return [...model.audits.values()]
  const wanted = model.audits.get(name)
  if (wanted !== undefined) return [wanted]
  const near = nearestName(name, names)
  throw usageError('audit', `There is no audit ${name}.${didYouMean(near)} There are: ${names.join(', ')}.`)
}

/** @returns how many violations there are. */
async function tell(audit: Audit, { db, clock }: OpenApp, json: boolean): Promise<number> {
  const progress = showCount(`records looked at for ${audit.name}`)
  let looked = 0
  const onProgress = (done: number, total: number) => {
    looked = done
    progress.show(done, total)
  }
  let broken = 0
  for await (const violation of runAudit(audit, { db, clock, onProgress })) {
    broken += 1
    progress.end()
    console.log(json ? JSON.stringify({ audit: audit.name, ...violation }) : linesOf(violation).join('\n'))
  }
  progress.end()
  if (!json)
    console.log(`${audit.name}: ${count(audit.laws.length, 'law')}, ${count(looked, 'record')}, ${verdict(broken)}.`)
  return broken
}

function linesOf({ collection, record, law, message, rows = [] }: FoundViolation): readonly string[] {
  return [
    `BROKEN  ${law}`,
    `  ${collection} ${record}: ${message}`,
    ...rows.map((row) => `    ${JSON.stringify(row)}`),
    '',
  ]
}

function verdict(broken: number): string {
  return broken === 0 ? 'all of them kept' : count(broken, 'violation')
}
