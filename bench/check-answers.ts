import { isDeepStrictEqual } from 'node:util'
import { headersOf } from './load.ts'
import type { Running } from './measure.ts'
import type { Work } from './works.ts'

/** Makes sure that all cases do the same work. @throws Error  when the status, or the data of a read, is not the same. */
export async function checkAnswers(work: Work, running: readonly Running[]): Promise<void> {
  const reads = running.filter(({ case: { request } }) => request.method !== 'POST')
  const [expected, ...others] = await Promise.all(reads.map(answerOf))
  for (const answer of others) {
    const isSame =
      answer.status === expected!.status && (!work.isRead || isDeepStrictEqual(answer.data, expected!.data))
    if (!isSame) throw new Error(`${work.name}: different answers.\n${JSON.stringify([expected, answer], null, 1)}`)
  }
}

interface Answer {
  readonly label: string
  readonly status: number
  readonly data: unknown
}

async function answerOf({ case: { label, request }, server }: Running): Promise<Answer> {
  const answer = await fetch(server.url + request.path, { headers: headersOf(request) })
  const text = await answer.text()
  if (answer.status >= 400) throw new Error(`${label} answers ${request.path} by ${answer.status}: ${text}`)
  const json = text === '' ? {} : (JSON.parse(text) as { data?: unknown })
  return { label, status: answer.status, data: json.data ?? json }
}
