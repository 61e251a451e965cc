import { writeFileSync } from 'node:fs'
import { commands } from '../packages/server/src/cli/commands.ts'

export const commandLinePagePath = 'docs/guide/command-line.md'

/** The page of all commands, as Markdown, made of their own help. */
export async function commandLinePage(): Promise<string> {
  const all = await Promise.all([...commands.values()].map((load) => load()))
  const sections = all.map(({ name, help }) => `## galley ${name}\n\n\`\`\`text\n${help}\n\`\`\`\n`)
  return `${introduction}\n${sections.join('\n')}`
}

const introduction = `# The command line

In a project \`npx galley <command>\` runs the Galley of that project; its \`npm run dev\` and \`npm start\` are \`galley dev\` and \`galley start\`.
A command that was called wrongly ends with exit code 2, one that failed with 1, and says why in a sentence; \`GALLEY_DEBUG=1\` shows where.

| variable | default | means |
|---|---|---|
| \`DATABASE_URL\` | \`sqlite:<DATA_DIR>/<name of the package>.db\` | \`sqlite:<file>\`, \`sqlite::memory:\`, \`postgres://user:password@host/name\` |
| \`DATA_DIR\` | \`data\` beside the package.json | where files lie |
| \`HOST\` | \`127.0.0.1\` | which address to listen on; \`0.0.0.0\` for all |
| \`PORT\` | \`3000\` | where to listen; 0 takes any free port |
| \`WORKERS\` | none | how many processes \`galley start\` serves with, or \`auto\`: [several processes](processes.md) |
| \`BASE_URL\` | none; \`http://localhost:<PORT>\` under \`galley dev\` and in commands that do not serve | where the server is reached from outside: \`https://shop.example\` |
| \`LOG_LEVEL\` | \`info\` | \`debug\`, \`info\`, \`warn\` or \`error\`. \`debug\` tells every request, \`info\` leaves out quick reads that went well |

They are also read from a file \`.env\` in the current folder; those that are set win.

This page is made by \`node scripts/command-line-page.ts\` from the help of the commands.
`

if (import.meta.main) writeFileSync(commandLinePagePath, await commandLinePage())
