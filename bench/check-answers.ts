import { isDeepStrictEqual } from 'node:util'
import { headersOf } from './load.ts'
import type { Running } from './measure.ts'
import type { Work } from './works.ts'

/** Makes sure that all contenders do the same work. @throws Error  when their data is not the same. */
export async function checkAnswers(work: Work, running: readonly Running[]): Promise<void> {
  if (!work.isRead) return
  const [expected, ...others] = await Promise.all(running.map(answerOf))
  for (const answer of others) {
    if (isDeepStrictEqual(answer!.data, expected!.data)) continue
    throw new Error(`${work.name}: different answers.\n${JSON.stringify(expected)}\n${JSON.stringify(answer)}`)
  }
}

interface Answer {
  readonly label: string
  readonly data: unknown
}

async function answerOf({ case: { label, request }, server }: Running): Promise<Answer> {
  const answer = await fetch(server.url + request.path, { headers: headersOf(request) })
  if (!answer.ok) throw new Error(`${label} answers ${request.path} by ${answer.status}: ${await answer.text()}`)
  const json = (await answer.json()) as { data?: unknown }
  return { label, data: json.data ?? json }
}
