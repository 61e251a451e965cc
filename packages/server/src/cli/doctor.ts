import { defineCommand } from './command.ts'
import { examine, type Finding } from './examine.ts'
import { appOption, findProject } from './project.ts'

export const doctorCommand = defineCommand('doctor', {
  summary: 'Tell what is configured, and what is unsafe for production.',
  options: { app: appOption },
  notes:
    'Changes nothing. Exit code 1 when something is broken; what is only unsafe for production is told as a warning.',
  async run({ app }) {
    const findings = await examine(await findProject(app))
    for (const finding of findings) console.log(line(finding))
    const count = (kind: Finding['kind']) => findings.filter((finding) => finding.kind === kind).length
    console.log(`\n${count('bad')} broken, ${count('unsafe')} unsafe for production, ${count('good')} good.`)
    if (count('bad') > 0) process.exitCode = 1
  },
})

const marks: Readonly<Record<Finding['kind'], string>> = {
  good: 'good  ',
  note: 'note  ',
  unsafe: 'unsafe',
  bad: 'BROKEN',
}

function line({ kind, subject, sentence }: Finding): string {
  return `${marks[kind]}  ${subject.padEnd(12)}  ${sentence}`
}
