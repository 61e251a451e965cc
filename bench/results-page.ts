import { readFileSync, writeFileSync } from 'node:fs'
import type { Options } from './options.ts'
import { headerLine, type Result, resultLines } from './report.ts'
import { works } from './works.ts'

const file = new URL('RESULTS.md', import.meta.url)

/** Writes the page of the last full run. */
export function writeResults(results: readonly Result[], startUp: string, where: string, options: Options): void {
  writeFileSync(file, `${pageFrom(results, startUp, where, options)}${sections().join('')}`)
}

/** Writes a part of the page that is measured by itself, and stays when the rest is written anew. */
export function writeSection(title: string, text: string): void {
  const others = sections().filter((section) => !section.startsWith(`\n## ${title}\n`))
  const [main] = readFileSync(file, 'utf8').split(beforeSection)
  writeFileSync(file, [main, ...others, `\n## ${title}\n\n${text}\n`].join(''))
}

const beforeSection = /(?=\n## )/

function sections(): readonly string[] {
  return readFileSync(file, 'utf8').split(beforeSection).slice(1)
}

function pageFrom(results: readonly Result[], startUp: string, where: string, options: Options): string {
  const { rounds, seconds } = options
  return `# Measured

The last full run of \`npm run bench -- ${options.isLarge ? '--large ' : ''}--rounds ${rounds} --seconds ${seconds} --write\`, ${new Date().toISOString().slice(0, 10)}.
Read the ratios, not the rates: \`rate\` is requests per second against the first line of a work, \`cpu\` is processor time of the server for
each request, which what else the machine does disturbs less.

- *bare* is a hand-written \`node:http\` handler around one prepared statement whose result is the JSON text: on SQLite with the same
  settings (WAL, \`synchronous=FULL\`), on PostgreSQL by pipelined connections
  of \`pg\`, three for reads and ten for writes. It sends the headers that galley sends.
- *galley* is the built package, by \`galley start\`, with rules, checks, limits and logs at their defaults; only the number of requests that one
  client may send is raised.
- *express* is Express 5 with Drizzle, zod and helmet; *fastify* is Fastify with Kysely, response schemas and @fastify/helmet; *nest* is NestJS on
  Express with TypeORM, its ValidationPipe and helmet. SQLite through better-sqlite3, PostgreSQL through a pool of ten. They count no requests,
  sign no cursors and, but for Express's own ETag, send none of galley's other headers.
- PostgreSQL is one server for all, durable, on the core of the load.
- Each contender is asked the same again and again. Of a list that nothing has changed, galley then keeps the entity tag and the cursor (not the
  list): asked for other lists each time it takes about 10 µs more for each. Express's own tag is made anew each time.

\`\`\`text
${where}

${headerLine()}
${results.flatMap(resultLines).join('\n')}
${startUp}
\`\`\`

${works.map(({ name, says }) => `- *${name}*: ${says}.`).join('\n')}
`
}
